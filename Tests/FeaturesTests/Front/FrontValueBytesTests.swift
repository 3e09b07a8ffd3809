import Testing

@testable import Features

/// Rows as bytes, for files that only this process reads.
struct FrontValueBytesTests {
    private static let values = [
        FrontValue(.floats([1, -0.5, .infinity]), [3]), FrontValue(.bytes([0, 255, 7, 9]), [2, 2, 1]),
        FrontValue(.integers([.min, .max]), [1, 2]), FrontValue(.strings(["", "größe 🙂", "a\0b"]), [3]),
        FrontValue(2.5), FrontValue("word"), FrontValue(.floats([]), [0]),
    ]

    @Test func `rows come back as they were, one behind the other`() {
        var bytes: [UInt8] = []
        for value in Self.values { value.append(to: &bytes) }
        var (found, place): ([FrontValue], Int) = ([], 0)
        bytes.withUnsafeBytes { while place < $0.count { found.append(FrontValue(from: $0, at: &place)) } }
        #expect(found == Self.values)
        #expect(place == bytes.count)
    }

    @Test func `a picture takes a byte an element`() {
        var bytes: [UInt8] = []
        FrontValue(.bytes([UInt8](repeating: 3, count: 30_000)), [100, 100, 3]).append(to: &bytes)
        #expect(bytes.count < 30_100)
    }
}
