import Foundation
import JSON
import Testing

/// Datasets that come as the parts of a form: a part a column, or files beside the table that names them.
@Suite(.sharedServer) struct FormDatasetTests {
    /// A WAV file of 16 bits with so many samples.
    private static func wav(_ samples: Int, rate: Int = 8000) -> [UInt8] {
        func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 255) } }
        let head = Array("WAVEfmt ".utf8) + number(16, 4) + number(1, 2) + number(1, 2) + number(rate, 4)
        let data = head + number(2 * rate, 4) + number(2, 2) + number(16, 2) + Array("data".utf8)
        let body = data + number(2 * samples, 4) + [UInt8](repeating: 1, count: 2 * samples)
        return Array("RIFF".utf8) + number(body.count, 4) + body
    }

    /// Sends a form whose parts are files.
    private func put(_ path: String, _ parts: [(name: String, file: String, bytes: [UInt8])]) throws -> Reply {
        let folder = try TemporaryFolder()
        var arguments: [String] = []
        for (place, part) in parts.enumerated() {
            let file = try folder.write(part.bytes, to: "part\(place)")
            arguments += ["--form", "\(part.name)=@\(file);filename=\(part.file)"]
        }
        return try TestServer.shared().curl("PUT", path, arguments)
    }

    private func column(_ name: String, of reply: Reply) throws -> JSONValue {
        try #require(reply["columns"]).array().first { try $0["name"]?.string() == name } ?? #require(
            nil,
            "\(reply.text)"
        )
    }

    @Test func `each part is a column`() throws {
        let server = try TestServer.shared()
        let reply = try put(
            "/datasets/parted-form",
            [
                ("picture", "x.npy", NPYFile.bytes("|u1", [3, 2, 2], (0..<12).map { $0 })),
                ("size", "size.npy", NPYFile.floats([3], [1.5, .nan, 2.5])),
                ("label", "label.csv", Array("cat\ndog\ncat\n".utf8)),
                ("when", "when.csv", Array("when\n01.02.2024\n02.02.2024\n03.02.2024\n".utf8)),
                (
                    "schema", "schema.json",
                    Array(#"{"label": {"type": "category"}, "when": {"type": "date", "format": "dd.MM.yyyy"}}"#.utf8)
                ),
            ]
        )
        try #require(reply.status == 201, "\(reply.text)")
        #expect(try reply["rows"]?.int() == 3)
        #expect(try column("picture", of: reply)["shape"]?.source == "[2,2]")
        #expect(try column("size", of: reply)["missing"]?.int() == 1)
        #expect(try column("label", of: reply)["type"]?.string() == "category")
        #expect(try column("when", of: reply)["min"]?.string() == "2024-02-01")
        let rows = try server.get("/datasets/parted-form/rows")
        #expect(rows["rows", "1", "values", "label"]?.source == #""dog""#, "\(rows.text)")
        #expect(rows["rows", "2", "values", "picture"]?.source.filter { $0 != " " }.contains("8") == true)
    }

    @Test func `a table names the files of the other parts`() throws {
        let server = try TestServer.shared()
        let parts: [(name: String, file: String, bytes: [UInt8])] = [
            ("files", "b.wav", Self.wav(400)), ("files", "a.wav", Self.wav(400)),
            ("table", "t.csv", Array("file_name,kind\na.wav,low\nb.wav,high\n".utf8)),
        ]
        let reply = try put("/datasets/named-files", parts)
        try #require(reply.status == 201, "\(reply.text)")
        let audio = try column("audio", of: reply)
        #expect(try audio["type"]?.string() == "sound")
        #expect(audio["shape"]?.source == "[400]" && audio["sample_rate"]?.source == "8000", "\(audio.source)")
        #expect(try server.get("/datasets/named-files/rows/0/audio").body == Self.wav(400))
        // Where they differ in one, only the other is told.
        let mixed = try put(
            "/datasets/mixed-files",
            [("f", "b.wav", Self.wav(300)), ("f", "a.wav", Self.wav(400)), parts[2]]
        )
        let other = try column("audio", of: mixed)
        #expect(other["shape"] == nil && other["sample_rate"]?.source == "8000", "\(other.source)")

        let missing = try put("/datasets/no-file", Array(parts.dropFirst()))
        #expect(missing.status == 422)
        #expect(missing.text.contains("b.wav") && missing.text.contains("in the form"), "\(missing.text)")
        let alone = try put("/datasets/no-file", [parts[2]])
        #expect(alone.status == 422)
        #expect(alone.text.contains("send each as a part"), "\(alone.text)")
        #expect(try server.get("/datasets/no-file").status == 404)
    }

    @Test func `parts that don't go together are told`() throws {
        let uneven = try put(
            "/datasets/uneven",
            [("a", "a.npy", NPYFile.floats([3], [1, 2, 3])), ("b", "b.csv", Array("1\n2\n".utf8))]
        )
        #expect(uneven.status == 422)
        #expect(uneven.text.contains(#"part \"b\": expected 3 rows, as many as \"a\" has, found 2"#), "\(uneven.text)")
        let empty = try put("/datasets/uneven", [("a", "a.npy", NPYFile.floats([1], [1])), ("b", "b", [])])
        #expect(empty.text.contains(#"part \"b\": it is empty"#), "\(empty.text)")
        let unknown = try put(
            "/datasets/uneven",
            [("a", "a.npy", NPYFile.floats([1], [1])), ("schema", "s", Array(#"{"c": {"type": "text"}}"#.utf8))]
        )
        #expect(unknown.text.contains(#"no column \"c\""#), "\(unknown.text)")
        let broken = try put(
            "/datasets/uneven",
            [("a", "a.npy", NPYFile.floats([1], [1])), ("schema", "s", Array("{".utf8))]
        )
        #expect(broken.status == 422)
        #expect(broken.text.contains("part \\\"schema\\\""), "\(broken.text)")
    }
}
