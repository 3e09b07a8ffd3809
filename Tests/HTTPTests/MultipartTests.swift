import HTTP
import HTTPTypes
import Testing

struct MultipartTests {
    /// A part as it came out: its head's name and file name, and all its bytes.
    private struct Part: Equatable {
        var name: String
        var filename: String?
        var body: [UInt8] = []
        var isComplete = false
    }

    private static let boundary = "----b0und4ry"

    /// The parts of a body that arrives in `pieces`.
    private func parts(_ pieces: [ArraySlice<UInt8>], boundary: String = boundary) throws -> [Part] {
        var parser = try MultipartParser(boundary: boundary)
        var parts: [Part] = []
        for piece in pieces {
            for event in try parser.read(piece) {
                switch event {
                case .head(let head): parts.append(Part(name: head.name, filename: head.filename))
                case .body(let bytes):
                    #expect(!bytes.isEmpty)
                    parts[parts.count - 1].body += bytes
                case .end: parts[parts.count - 1].isComplete = true
                }
            }
        }
        try parser.finish()
        return parts
    }

    private func error(_ text: String) throws -> MultipartError {
        try #require(throws: MultipartError.self) { try parts([Array(text.utf8)[...]], boundary: "b") }
    }

    /// Two files and a field; the bodies are full of what looks like a boundary.
    private static let tricky: [UInt8] = {
        let near = "\r\n--\(boundary.dropLast())\r\r\n\r\n-\r\n--\r\n---\(boundary) --\(boundary)\r"
        let text = """
            skipped\r\n--\(boundary) \t\r\nContent-Disposition: form-data; name="x"; filename="a \\"b\\".gz"\r
            Content-Type: application/octet-stream\r\n\r\n\(near)\r\n--\(boundary)\r
            content-disposition: FORM-DATA; filename=plain ; name=y\r\n\r\n\r\n--\(boundary)\r
            Content-Disposition: form-data; name="é;="\r\n\r\n\r\n\r\n--\(boundary)--\r\nskipped too\r\n--\(boundary)
            """
        return Array(text.utf8)
    }()

    private static let trickyParts = [
        Part(
            name: "x",
            filename: "a \"b\".gz",
            body: Array(
                "\r\n--\(boundary.dropLast())\r\r\n\r\n-\r\n--\r\n---\(boundary) --\(boundary)\r".utf8
            ),
            isComplete: true
        ),
        Part(name: "y", filename: "plain", isComplete: true),
        Part(name: "é;=", filename: nil, body: [0x0D, 0x0A], isComplete: true),
    ]

    @Test func `parts come out with their names, file names and exact bytes`() throws {
        #expect(try parts([Self.tricky[...]]) == Self.trickyParts)
    }

    @Test func `a body cut in two at any place gives the same parts`() throws {
        for place in 0...Self.tricky.count {
            let found = try parts([Self.tricky[..<place], Self.tricky[place...]])
            #expect(found == Self.trickyParts, "cut at \(place)")
        }
    }

    @Test func `a body that comes byte by byte, or by sevens, gives the same parts`() throws {
        for size in [1, 2, 3, 7] {
            let pieces = stride(from: 0, to: Self.tricky.count, by: size).map { start in
                Self.tricky[start..<min(start + size, Self.tricky.count)]
            }
            #expect(try parts(pieces) == Self.trickyParts, "pieces of \(size)")
        }
    }

    @Test func `random bytes in random pieces come out as they went in`() throws {
        var random = SystemRandomNumberGenerator()
        let letters: [UInt8] = [0x0D, 0x0A, 0x2D, 0x62, 0x00, 0xFF]
        for _ in 0..<300 {
            var content = (0..<200).map { _ in letters.randomElement(using: &random) ?? 0 }
            // What is a delimiter by chance is none of the content.
            while let range = content.firstRange(of: Array("\r\n--bb".utf8)) { content.remove(at: range.lowerBound) }
            let head = "--bb\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n"
            let body = Array(head.utf8) + content + Array("\r\n--bb--".utf8)
            var pieces: [ArraySlice<UInt8>] = []
            var rest = body[...]
            while !rest.isEmpty {
                pieces.append(rest.prefix(.random(in: 1...9, using: &random)))
                rest = rest.dropFirst(pieces[pieces.count - 1].count)
            }

            #expect(try parts(pieces, boundary: "bb") == [Part(name: "n", body: content, isComplete: true)])
        }
    }

    @Test func `what curl sends is read, with all its header fields`() throws {
        let body =
            "--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name=\"x\"; "
            + "filename=\"train.gz\"\r\nContent-Type: application/gzip\r\n\r\n\u{1}\u{2}\r\n"
            + "--------------------------d74496d66958873e--\r\n"
        let type = "multipart/form-data; boundary=------------------------d74496d66958873e"
        var parser = try MultipartParser(contentType: type)

        let events = try parser.read(Array(body.utf8)[...])

        guard case .head(let head) = try #require(events.first) else { throw Unexpected() }
        #expect(head.name == "x")
        #expect(head.filename == "train.gz")
        #expect(head.fields[.contentType] == "application/gzip")
        #expect(Array(events.dropFirst()) == [.body([1, 2]), .end])
        #expect(throws: Never.self) { try parser.finish() }
    }

    private struct Unexpected: Error {}

    @Test func `a form without parts is empty`() throws {
        #expect(try parts([Array("--b--".utf8)[...]], boundary: "b").isEmpty)
    }

    @Test(arguments: [
        ("", "it ends before the closing boundary"),
        ("--b\r\nContent-Disposition: form-data; name=x\r\n\r\nabc", "it ends before the closing boundary"),
        ("--b\r\nContent-Disposition: form-data; name=x\r\n\r\nabc\r\n--b", "it ends before the closing boundary"),
        ("--b\r\nContent-Disposition: form-data; name=x\r\n\r\nabc\r\n--b-", "it ends before the closing boundary"),
        ("--bc\r\n", "expected a line break or \"--\" after boundary 1, found other bytes"),
        ("--b-c\r\n", "expected a line break or \"--\" after boundary 1, found other bytes"),
        ("--b\r\nContent-Type: text/plain\r\n\r\n", "expected Content-Disposition: form-data; name=\"…\" in part 1"),
        ("--b\r\n\r\n", "expected Content-Disposition: form-data; name=\"…\" in part 1"),
        ("--b\r\nContent-Disposition: attachment; name=x\r\n\r\n", "expected Content-Disposition: form-data"),
        ("--b\r\nContent-Disposition: form-data; file=x\r\n\r\n", "expected Content-Disposition: form-data"),
        ("--b\r\nno colon\r\n\r\n", "expected a header field in part 1, found \"no colon\""),
        ("--b\r\nbad name: x\r\n\r\n", "expected a header field in part 1, found \"bad name: x\""),
        ("--b\r\nA: b\n\r\n\r\n", "expected UTF-8 header fields with CRLF line ends in part 1"),
    ])
    func `a malformed body is refused with what was expected`(text: String, sentence: String) throws {
        #expect(try error(text).description.contains(sentence))
    }

    @Test func `an endless head and endless parts are refused`() throws {
        let head = "--b\r\nA: " + String(repeating: "a", count: MultipartParser.headLimit)
        let part = "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n"

        #expect(try error(head) == .headTooLarge(MultipartParser.headLimit))
        #expect(
            try error(String(repeating: part, count: MultipartParser.partLimit + 1))
                == .tooManyParts(MultipartParser.partLimit)
        )
    }

    @Test(arguments: [
        "multipart/form-data; boundary=abc", "Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b:c\"",
        "multipart/form-data;boundary=" + String(repeating: "x", count: 70),
    ])
    func `a content type with a boundary is taken`(type: String) {
        #expect(throws: Never.self) { try MultipartParser(contentType: type) }
    }

    @Test(arguments: [
        "", "multipart/form-data", "multipart/mixed; boundary=a", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=a@b",
        "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
    ])
    func `a content type without a usable boundary is refused`(type: String) throws {
        let error = try #require(throws: MultipartError.self) { try MultipartParser(contentType: type) }

        #expect(error.description.hasPrefix("Content-Type: expected"))
    }
}
