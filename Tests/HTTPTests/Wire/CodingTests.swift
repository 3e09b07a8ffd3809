import HTTP
import Testing

struct CodingTests {
    /// `printf 'hello hello hello' | gzip -n | xxd -p`, and Python's `zlib.compress(b'hello hello hello').hex()`.
    static let samples: [(ContentCoding, String)] = [
        (.gzip, "1f8b0800000000000003cb48cdc9c957c84090008088f9e511000000"),
        (.deflate, "789ccb48cdc9c957c84090003a2e067d"),
    ]

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    private func decode(
        _ pieces: [[UInt8]],
        _ coding: ContentCoding,
        limit: Int = .max,
        ratio: Int = 2_000
    ) throws(InflateError) -> [UInt8] {
        let inflater = Inflater(coding, limit: limit, ratio: ratio)
        var decoded: [UInt8] = []
        for piece in pieces {
            inflater.feed(piece)
            while let bytes = try inflater.next() { decoded += bytes }
        }
        try inflater.finish()
        return decoded
    }

    @Test(arguments: samples)
    func `data of other programs is decoded, whole and byte by byte`(coding: ContentCoding, sample: String) throws {
        let bytes = Self.bytes(sample)
        let expected = Array("hello hello hello".utf8)

        #expect(try decode([bytes], coding) == expected)
        #expect(try decode(bytes.map { [$0] }, coding) == expected)
    }

    @Test(arguments: samples)
    func `data that ends early is refused at every length`(coding: ContentCoding, sample: String) throws {
        let bytes = Self.bytes(sample)

        for count in 0..<bytes.count {
            #expect(throws: InflateError.truncated) { try decode([Array(bytes[..<count])], coding) }
        }
    }

    @Test func `data in another format is refused`() throws {
        #expect(throws: InflateError.malformed) { try decode([Array("hello, I am plain text".utf8)], .gzip) }
        #expect(throws: InflateError.malformed) { try decode([Self.bytes(Self.samples[0].1)], .deflate) }
        #expect(throws: InflateError.malformed) { try decode([Self.bytes(Self.samples[1].1) + [0]], .deflate) }
    }

    @Test func `gzip members in a row are one content`() throws {
        let member = Self.bytes(Self.samples[0].1)

        #expect(try decode([member + member], .gzip) == Array("hello hello hellohello hello hello".utf8))
    }

    @Test(arguments: [0, 1, 1_000, 65_536, 300_001])
    func `what is compressed here decodes to the same`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

        #expect(try decode([Gzip.compress(bytes)], .gzip) == bytes)
    }

    @Test func `a bomb is refused by its total and by its ratio, before it is decoded whole`() {
        let bomb = Gzip.compress([UInt8](repeating: 0, count: 8 << 20))

        #expect(throws: InflateError.tooLong(limit: 100_000)) { try decode([bomb], .gzip, limit: 100_000) }
        #expect(throws: InflateError.tooDense(ratio: 100)) { try decode([bomb], .gzip, ratio: 100) }
    }

    @Test(arguments: [
        ("gzip", 1.0), ("deflate, gzip;q=0.5", 0.5), ("*", 1), ("gzip;q=0, *", 0), ("", 0), ("br", 0),
        ("GZIP ; q=0.25", 0.25), ("identity;q=1, *;q=0", 0),
    ])
    func `Accept-Encoding gives gzip a weight`(field: String, weight: Double) {
        #expect(ContentCoding.weight(of: .gzip, inAcceptEncoding: field) == weight)
    }

    @Test(arguments: [
        ("bytes=0-0", ByteRange.part(0..<1)), ("bytes=2-", .part(2..<10)), ("bytes=-3", .part(7..<10)),
        ("bytes=-30", .part(0..<10)), ("bytes=5-99", .part(5..<10)), ("Bytes=0-4", .part(0..<5)),
        ("bytes=10-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=10-12", .unsatisfiable),
        ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=3-2", .whole), ("bytes=-", .whole),
        ("bytes=a-b", .whole), ("bytes=0-1,3-4", .whole), ("lines=0-1", .whole), ("bytes=+1-2", .whole),
    ])
    func `a range is read as RFC 9110 has it`(field: String, range: ByteRange) {
        #expect(ByteRange(field, length: 10) == range)
    }
}
