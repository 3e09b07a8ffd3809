import Foundation
import Testing

/// Files whose headers lie, sent to a server: it refuses them in words and stays as small as it was.
@Suite(.sharedServer) struct HostileUploadTests {
    /// A model that takes a picture, and one that takes a recording.
    private static let models = [
        #"""
        {"name": "pictures", "layers": [{"type": "InputLayer", "name": "x", "dtype": "image", "shape": [8, 8, 3]},
        {"type": "Flatten"}, {"type": "Dense", "units": 2}]}
        """#,
        #"""
        {"name": "sounds", "layers": [{"type": "InputLayer", "name": "x", "dtype": "audio", "shape": [16000]},
        {"type": "Dense", "units": 2}]}
        """#,
    ]

    @Test func `files that promise much take no memory`() throws {
        try withServer { server in
            for model in Self.models { #expect(try server.post("/models", model).status == 201) }
            let before = try residentPeak(of: server)

            let picture = try predict("pictures", "image/png", hugePicture, on: server)
            #expect(picture.status == 422 && picture.text.contains("100000 by 100000 pixels"), "\(picture.text)")
            let sound = try predict("sounds", "audio/wav", sound(rate: 1), on: server)
            #expect(sound.status == 422 && sound.text.contains("1 samples a second"), "\(sound.text)")
            let silent = try predict("sounds", "audio/wav", self.sound(rate: 0), on: server)
            #expect(silent.status == 422 && silent.text.contains("0 samples a second"), "\(silent.text)")

            let quote = Array(("a,b\n1,\"2\n" + String(repeating: "3,4\n", count: 10 << 20)).utf8)
            let open = try server.put("/datasets/open", quote, contentType: "text/csv")
            #expect(open.status == 422 && open.text.contains("quote"), "\(open.text)")
            let wide = Array((0..<200_000).map { "c\($0)" }.joined(separator: ",").utf8)
            let columns = try server.put("/datasets/wide", wide, contentType: "text/csv")
            #expect(columns.status == 422 && columns.text.contains("131072"), "\(columns.text)")

            #expect(try server.get("/datasets/open").status == 404)
            // What a body of 40 MB is read with, and what decoders and models take.
            #expect(try residentPeak(of: server) - before < 128 << 20)
        }
    }

    @Test func `records that each bring a key of their own are refused in time`() throws {
        let server = try TestServer.shared()
        let lines = (0..<300_000).map { "{\"k\($0)\": 1}" }.joined(separator: "\n")
        let reply = try server.send("PUT", "/datasets/keys", text: lines, contentType: "application/x-ndjson")
        #expect(reply.status == 422 && reply.text.contains("record 4098"), "\(reply.text)")
        #expect(reply.text.contains("null where it has no value"), "\(reply.text)")
    }

    @Test func `archives that can't be taken are refused by the name of the file`() throws {
        let server = try TestServer.shared()
        let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]
        for names in [["cats/1.png", "../dogs/2.png"], ["/etc/cats/1.png"], ["cats/1.png", "cats/1.png"]] {
            let archive = StoredZip.archive(names.map { ($0, picture) })
            let reply = try server.put("/datasets/archive", archive, contentType: "application/zip")
            #expect(reply.status == 422, "\(names): \(reply.text)")
            #expect(reply.text.contains(names.last ?? "") && !reply.text.contains("CSV"), "\(reply.text)")
        }
        var cut = StoredZip.archive([("cats/1.png", picture)])
        cut.removeLast(30)
        let reply = try server.put("/datasets/archive", cut, contentType: "application/zip")
        #expect(reply.status == 422 && reply.text.contains("zip") && !reply.text.contains("CSV"), "\(reply.text)")
        #expect(try server.get("/datasets/archive").status == 404)
    }

    private func predict(_ model: String, _ type: String, _ bytes: [UInt8], on server: TestServer) throws -> Reply {
        try server.send("POST", "/predict?model=\(model)", bytes, contentType: type)
    }

    /// The most resident memory that a server had, in bytes.
    private func residentPeak(of server: TestServer) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(server.process.identifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1])) << 10
    }

    /// A PNG file of zeros, which are few; its header says that there are ten billion.
    private var hugePicture: [UInt8] {
        let side: [UInt8] = [0, 1, 0x86, 0xA0]
        return [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + [0, 0, 0, 13] + Array("IHDR".utf8) + side + side
            + [8, 0, 0, 0, 0] + [0, 0, 0, 0] + [0, 0, 0, 0] + Array("IDAT".utf8) + [0x35, 0xAF, 0x06, 0x1E]
            + [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
    }

    /// A WAV file of 4000 samples.
    private func sound(rate: UInt8) -> [UInt8] {
        Array("RIFF".utf8) + [0xC4, 0x0F, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 1, 0, rate, 0, 0, 0]
            + [rate, 0, 0, 0, 1, 0, 8, 0] + Array("data".utf8) + [0xA0, 0x0F, 0, 0]
            + [UInt8](repeating: 130, count: 4000)
    }
}
