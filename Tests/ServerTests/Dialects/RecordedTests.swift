import Foundation
import JSON
import Testing

/// Requests as real clients sent them, byte for byte: `scripts/clients/recorded`.
@Suite
struct RecordedTests {
    private static let sum: [Float] = [1, 2, 3, 4]

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../scripts/clients/recorded")

    private func replay(_ name: String, _ server: TestServer) throws -> LooseClient.Answer {
        let bytes = Array(try Data(contentsOf: Self.folder.appending(path: "\(name).http")))
        let answer = try #require(LooseClient(port: server.port).replay(bytes), "\(name): no whole answer")
        #expect(answer.status == 200, "\(name) \(String(decoding: answer.body, as: UTF8.self))")
        return answer
    }

    /// The body of an answer in gzip.
    private func unpacked(_ answer: LooseClient.Answer) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let file = try folder.write(answer.body, to: "body.gz")
        return try ChildProcess("/usr/bin/env", ["gzip", "-dc", file]).wait().output
    }

    @Test func `each is answered as its client expects it`() throws {
        try withServer { server in
            try server.define(
                """
                {"name": "simple", "layers": [
                  {"type": "InputLayer", "name": "INPUT0", "shape": [4]}, {"type": "InputLayer", "name": "INPUT1", "shape": [4]},
                  {"type": "Add", "name": "OUTPUT0", "inputs": ["INPUT0", "INPUT1"]},
                  {"type": "Subtract", "name": "OUTPUT1", "inputs": ["INPUT0", "INPUT1"]}], "outputs": ["OUTPUT0", "OUTPUT1"]}
                """
            )
            let plain = try replay("tritonclient-infer", server)
            #expect(TensorBody.floats(in: plain.body.suffix(32).prefix(16)) == Self.sum)
            // Clients that ask for gzip before others get it.
            let packed = try unpacked(try replay("tritonclient-aio-infer", server))
            #expect(TensorBody.floats(in: packed.suffix(32).prefix(16)) == Self.sum)
            let mixedIn = try JSONDocument(parsing: unpacked(try replay("kserve-infer", server))).root
            #expect(mixedIn["outputs"]?[0]?["data"]?.source == "[1.0,2.0,3.0,4.0]")
            let mixed = try replay("tritonclient-infer-outputs", server)
            #expect(String(decoding: mixed.body.dropLast(16), as: UTF8.self).contains(#""data":[1.0,2.0,3.0,4.0]"#))
            // A zlib stream, as the client asked for.
            #expect(try replay("tritonclient-infer-packed", server).body.first == 0x78)
            #expect(try replay("tritonclient-index", server).body.starts(with: Array(#"[{"name":"simple""#.utf8)))
            #expect(try replay("tritonclient-load", server).text("name") == "simple")
            for name in ["tritonclient-metadata", "tritonclient-aio-metadata"] {
                #expect(try replay(name, server).text("name") == "simple", "\(name)")
            }
            #expect(try replay("tritonclient-statistics", server)["model_stats"]?.count == 1)
            #expect(try replay("kserve-ready", server)["ready"]?.source == "true")
            for name in ["kserve-v1-predict", "mlflow-invocations"] {
                let sum = try replay(name, server)["predictions"]?[0]?["OUTPUT0"]
                #expect(sum?.source == "[1.0,2.0,3.0,4.0]", "\(name)")
            }
            let columns = try replay("tensorflow-serving-requests-predict", server)
            #expect(columns["outputs"]?["OUTPUT0"]?.source == "[[1.0,2.0,3.0,4.0]]")
            #expect(try replay("mlflow-ping", server).body == [0x0A])
            let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            #expect(files.count == 15, "a recorded request is not replayed here")
        }
    }
}
