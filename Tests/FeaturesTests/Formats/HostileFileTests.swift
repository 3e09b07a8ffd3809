import CZlib
import Foundation
import Testing

@testable import Features

/// Files whose headers lie or whose packed data are bombs: refused in words, in little time and memory.
struct HostileFileTests {
    // MARK: Pictures

    /// Unpacking it all would take minutes.
    @Test(.timeLimit(.minutes(10))) func `a PNG file with far more data than pixels is refused`() {
        let bytes = png(width: 8, height: 8, data: Packed.endlessZeros)
        let error = #expect(throws: PictureError.self) { try Picture(decoding: bytes) }
        #expect(error?.description.contains("there are far more data than pixels") == true)
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["iCCP", "zTXt"])
    func `a profile or a text of a PNG file is not unpacked`(chunk name: String) throws {
        let extra = chunk(name, Array("x\0\0".utf8) + Packed.endlessZeros)
        let picture = try Picture(decoding: png(width: 8, height: 8, data: Packed.zeros(72), extra: extra))
        #expect(picture.pixels == [UInt8](repeating: 0, count: 64))
    }

    @Test func `damaged pixels are told by their checksum, with the chunk's place`() throws {
        var bytes = png(width: 8, height: 8, data: Packed.zeros(72))
        let place = try #require((0..<bytes.count).first { bytes[$0...].starts(with: "IDAT".utf8) }) - 4
        bytes[place + 14] ^= 1
        let error = #expect(throws: PictureError.self) { try Picture(decoding: bytes) }
        #expect(error?.byte == place)
        #expect(error?.description.contains("chunk at byte \(place) don't have the checksum") == true)
    }

    @Test func `a picture of 100,000 by 100,000 is refused by its header`() {
        let bytes = png(width: 100_000, height: 100_000, data: Packed.zeros(1 << 20))
        let error = #expect(throws: PictureError.self) { try Picture(decoding: bytes) }
        #expect(
            error?.description
                == "the PNG picture says it has 100000 by 100000 pixels; at most 64000000 are read: make it smaller"
        )
    }

    @Test(arguments: ["jpeg rgb, 4:2:0", "jpeg progressive, 4:2:0", "png rgb 8", "webp lossless rgb"])
    func `a picture cut at any byte is refused with the byte at which it ends`(name: String) throws {
        let whole = try #require(PictureDecodingTests.good.first { $0.testDescription == name }).bytes("input")
        for count in 1..<whole.count {
            let error = #expect(throws: PictureError.self) { try Picture(decoding: Array(whole[..<count])) }
            #expect(error?.byte.map { $0 <= count } ?? true)
            #expect(error?.description.isEmpty == false)
        }
    }

    // MARK: Sounds

    @Test func `a sound that says a rate of one a second doesn't become a long one`() throws {
        let input = RawInput(name: "x", kind: .audio, shape: [16_000], sampleRate: 16_000)
        let error = #expect(throws: FrontError.self) {
            try input.value(ofFile: wav(rate: 1, channels: 1, samples: 4000))
        }
        #expect(
            error?.description
                == "the sound says 1 samples a second, and would be 16000 times as long at 16000; at most 64 times are taken: "
                + "see whether its rate is right"
        )
        // What a few samples become is no matter.
        #expect(try input.value(ofFile: wav(rate: 1, channels: 1, samples: 8)).count == 16_000)
        #expect(try input.value(ofFile: wav(rate: 250, channels: 1, samples: 4000)).count == 16_000)
    }

    @Test func `the samples of all channels together are bounded`() throws {
        let input = RawInput(name: "x", kind: .audio, shape: [nil, 1024], sampleRate: 384_000)
        let bytes = wav(rate: 8000, channels: 1024, samples: 4000)
        let error = #expect(throws: FrontError.self) { try input.value(ofFile: bytes) }
        #expect(error?.description.contains("4096000 samples, 8000 a second, would have 196608000") == true)
    }

    // MARK: Tables and arrays

    @Test func `an array whose rows have no values is refused`() {
        let idx: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0]
        #expect(
            throws: DatasetFormatError.content(
                place: "column \"x\"",
                "expected values in each row, found none: an array of the extents [2, 2, 0]"
            )
        ) { try TableUploads.table(idx) }
    }

    @Test func `packed data that unpack to far more are refused, however they are packed`() throws {
        let bomb = Packed.gzip(Array("a,b\n".utf8) + [UInt8](repeating: UInt8(ascii: "\n"), count: 80 << 20))
        #expect(bomb.count < 100_000)
        let error = #expect(throws: DatasetFormatError.self) { try TableUploads.table(bomb) }
        #expect(
            error?.description
                == "the gzip data unpack to more than 200 times their bytes, and to more than 64 MiB; if they are no bomb, "
                + "send them unpacked"
        )
        // Many small members are one bomb.
        let member = Packed.gzip([UInt8](repeating: UInt8(ascii: "\n"), count: 8 << 20))
        let many = Array(repeating: member, count: 10).flatMap { $0 }
        #expect(throws: DatasetFormatError.self) { try TableUploads.table(many) }
        // Sixty megabytes may come of whatever there is.
        let rows = Packed.gzip(
            Array("a,b\n".utf8) + Array(repeating: Array("1,2\n".utf8), count: 1 << 20).flatMap { $0 }
        )
        #expect(try TableUploads.table(rows).rows == 1 << 20)
    }

    @Test func `a table of more columns than the limit is refused before any is made`() throws {
        let names = (0..<200_000).map { "c\($0)" }.joined(separator: ",")
        let error = #expect(throws: DatasetFormatError.self) { try TableUploads.csv(names + "\n") }
        #expect(error?.description.hasPrefix("line 1") == true && error?.description.contains("131072") == true)
    }

    @Test func `a quote left open in a large file is told by the line on which it opens`() {
        let text = "a,b\n1,\"2\n" + String(repeating: "3,4\n", count: 8 << 20)
        #expect(
            TableUploads.fault(text)
                == "line 2: expected the closing quote of the cell that opens here, found a record of more than 16 MiB"
        )
    }

    @Test func `bytes in another encoding are told by the line, however late they come`() {
        let bytes =
            Array("a,b\n".utf8) + Array(repeating: Array("x,1\n".utf8), count: 1 << 20).flatMap { $0 } + [
                0xE4, 0x2C, 0x31,
            ]
        let error = #expect(throws: DatasetFormatError.self) { try TableUploads.table(bytes) }
        #expect(error?.description.contains("line 1048578") == true, "\(String(describing: error))")
        #expect(error?.description.contains("charset=") == true)
    }

    // MARK: Making them

    private func png(width: Int, height: Int, data: [UInt8], extra: [UInt8] = []) -> [UInt8] {
        let header = bigEndian(width) + bigEndian(height) + [8, 0, 0, 0, 0]
        return [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + chunk("IHDR", header) + extra + chunk("IDAT", data)
            + chunk("IEND", [])
    }

    private func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + body
        let sum = checked.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        return bigEndian(body.count) + checked + bigEndian(Int(sum))
    }

    private func bigEndian(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// A WAV file of 8 bits, of so many samples a channel.
    private func wav(rate: Int, channels: Int, samples: Int) -> [UInt8] {
        func bytes(_ number: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        let count = samples * channels
        let format = bytes(1, 2) + bytes(channels, 2) + bytes(rate, 4) + bytes(rate * channels, 4) + bytes(channels, 2)
        return Array("RIFF".utf8) + bytes(36 + count, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4) + format + bytes(8, 2)
            + Array("data".utf8) + bytes(count, 4) + [UInt8](repeating: 130, count: count)
    }
}

/// Packed data, as small as zlib makes them.
private enum Packed {
    /// Zeros as a PNG file has them (RFC 1950).
    static func zeros(_ count: Int) -> [UInt8] { packed([UInt8](repeating: 0, count: count), windowBits: 15) }

    /// Sixty gigabytes of zeros in as many megabytes, without an end.
    static let endlessZeros: [UInt8] = {
        // A block that stands by itself may be there any number of times.
        let block = packed([UInt8](repeating: 0, count: 100 << 20), windowBits: -15, flush: Z_FULL_FLUSH)
        return [0x78, 0xDA] + Array(repeating: block, count: 600).flatMap { $0 }
    }()

    /// A gzip file (RFC 1952).
    static func gzip(_ bytes: [UInt8]) -> [UInt8] { packed(bytes, windowBits: 15 + 16) }

    private static func packed(_ bytes: [UInt8], windowBits: Int32, flush: Int32 = Z_FINISH) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        deflateInit2_(&stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        defer { deflateEnd(&stream) }
        var bytes = bytes
        return bytes.withUnsafeMutableBufferPointer { input in
            (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
            return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(input.count)))) { room, count in
                (stream.next_out, stream.avail_out) = (room.baseAddress, UInt32(room.count))
                deflate(&stream, flush)
                count = Int(stream.total_out)
            }
        }
    }
}
