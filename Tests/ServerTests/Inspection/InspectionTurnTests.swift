import Foundation
import JSON
import Testing

/// What waits, what is refused, and what ends where its client leaves.
@Suite struct InspectionTurnTests {
    /// A check that takes some seconds.
    private static let model = """
        {"name": "seen-slow", "input_shape": [64, 16], "layers": [
          {"type": "GRU", "units": 192}, {"type": "Dense", "units": 1}], "compile": {"optimizer": "SGD", "loss": "mse"}}
        """

    private static let body =
        #"{"instance": \#(InspectedModels.nested([64, 16])), "target": 1, "samples": 200, "steps": []}"#
    private static let path = "/models/seen-slow/inspect/check"

    private func start(_ server: TestServer, _ folder: TemporaryFolder) throws -> ChildProcess {
        let file = try folder.write(Array(Self.body.utf8), to: "body")
        return try ChildProcess(
            "/usr/bin/env",
            [
                "curl", "--silent", "--max-time", "300", "--write-out", "%{http_code} %header{retry-after}", "--output",
                "/dev/null",
            ]
                + ["--header", "Content-Type: application/json", "--data-binary", "@\(file)", server.url + Self.path]
        )
    }

    @Test func `a client that leaves ends its view, and predictions go on meanwhile`() throws {
        try withServer { server in
            try server.define(Self.model)
            try server.define(InspectedModels.picture)
            let begin = ContinuousClock.now
            let whole = try server.post(Self.path, Self.body)
            try #require(whole.status == 200, "\(whole.text.prefix(300))")
            let took = begin.duration(to: .now)

            let folder = try TemporaryFolder()
            let left = try (0..<4).map { _ in try start(server, folder) }
            let predicted = try server.post(
                "/predict",
                #"{"model": "seen-picture", "instances": [\#(InspectedModels.image)]}"#
            )
            #expect(predicted.status == 200)
            for client in left {
                client.signal(SIGKILL)
                _ = client.wait()
            }
            let next = ContinuousClock.now
            #expect(try server.inspect("kernels", of: "seen-picture", #"{"layer": "conv"}"#).status == 200)
            #expect(next.duration(to: .now) < took * 2, "four views were left that take \(took) each")
        }
    }

    @Test func `more than sixteen that wait are told to come again`() throws {
        try withServer { server in
            try server.define(Self.model)
            let folder = try TemporaryFolder()
            let clients = try (0..<20).map { _ in try start(server, folder) }
            let refused = try wait(for: "a client to be refused") {
                clients.first { !$0.isRunning }.map { String(decoding: $0.output, as: UTF8.self) }
            }
            #expect(refused == "503 1" || refused.hasPrefix("200"), "\(refused)")
            let outcomes = try wait(for: "all that are too many") { () -> [String]? in
                let ended = clients.filter { !$0.isRunning }.map { String(decoding: $0.output, as: UTF8.self) }
                return ended.count { $0 == "503 1" } >= 1 ? ended : nil
            }
            #expect(outcomes.allSatisfy { $0 == "503 1" || $0.hasPrefix("200") })
            for client in clients where client.isRunning { client.signal(SIGKILL) }
            for client in clients { _ = client.wait() }
        }
    }
}
