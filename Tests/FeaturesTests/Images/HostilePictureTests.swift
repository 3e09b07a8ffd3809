import CZlib
import Testing

@testable import Features

/// Whatever a file holds, decoding it gives a picture of the size that its header says or an error in words.
struct HostilePictureTests {
    /// How many changed files are made of each reference file; each is decoded once.
    private static let changes = 60

    @Test(arguments: PictureDecodingTests.cases)
    func `changed files give a picture or an error`(reference: ReferenceCase) throws {
        let original = try reference.bytes("input")
        guard original.count > 4 else { return }
        var random = RowRandom(seed: 7, epoch: 0, row: original.count, layer: Int(original[original.count / 2]))
        for change in 0..<Self.changes {
            let bytes = changed(original, by: change, &random)
            let channels = [1, 3, 4][change % 3]
            do throws(PictureError) {
                let header = try PictureHeader(reading: bytes)
                let picture = try Picture(decoding: bytes, channels: channels)
                #expect(picture.width == header.width && picture.height == header.height)
                #expect(picture.pixels.count == picture.width * picture.height * channels)
            } catch {
                #expect(!error.description.isEmpty)
                #expect((0...bytes.count).contains(error.byte ?? 0))
            }
        }
    }

    private func changed(_ original: [UInt8], by change: Int, _ random: inout RowRandom) -> [UInt8] {
        var bytes = original
        switch change % 6 {
        case 0: bytes.removeLast(random.integer(below: bytes.count))
        case 1:
            // A run moved to another place.
            let start = random.integer(below: bytes.count)
            let run = Array(bytes[start..<min(start + 1 + random.integer(below: 40), bytes.count)])
            bytes.insert(contentsOf: run, at: random.integer(below: bytes.count))
        case 2:
            let start = random.integer(below: bytes.count)
            bytes.removeSubrange(start..<min(start + 1 + random.integer(below: 20), bytes.count))
        case 3:
            // The beginning, where sizes and tables are.
            for _ in 0...random.integer(below: 3) {
                bytes[random.integer(below: min(bytes.count, 64))] = extreme(&random)
            }
        default:
            for _ in 0...random.integer(below: 8) { bytes[random.integer(below: bytes.count)] = extreme(&random) }
        }
        return change.isMultiple(of: 2) ? withChecksums(bytes) : bytes
    }

    private func extreme(_ random: inout RowRandom) -> UInt8 {
        switch random.integer(below: 4) {
        case 0: 0
        case 1: 255
        default: UInt8(truncatingIfNeeded: random.next())
        }
    }

    /// A PNG file whose checksums fit again, so that what was changed gets past them.
    private func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return bytes }
        var bytes = bytes
        var place = 8
        while place + 12 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = place + 8 + length
            guard end + 4 <= bytes.count else { break }
            let sum = bytes[place + 4..<end].withUnsafeBytes { part in
                crc32(0, part.bindMemory(to: UInt8.self).baseAddress, UInt32(part.count))
            }
            for byte in 0..<4 { bytes[end + byte] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt(byte))) }
            place = end + 4
        }
        return bytes
    }
}
