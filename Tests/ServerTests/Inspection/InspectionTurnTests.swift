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
        #"{"instance": \#(InspectedModels.nested([64, 16])), "target": 1, "samples": 270, "steps": []}"#
    private static let path = "/models/seen-slow/inspect/check"

    /// A client that asks for the check in a file.
    private func start(_ server: TestServer, _ file: String) throws -> ChildProcess {
        try ChildProcess(
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
            let file = try folder.write(Array(Self.body.utf8), to: "body")
            let left = try (0..<16).map { _ in try start(server, file) }
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
            #expect(next.duration(to: .now) < took * 8, "sixteen views were left that take \(took) each")
        }
    }

    @Test func `a token of scope read may look`() throws {
        let folder = try TemporaryFolder()
        let tokens = folder.path("tokens")
        try "full 0123456789abcdef\nread fedcba9876543210".write(toFile: tokens, atomically: true, encoding: .utf8)
        try withServer(["--token-file", tokens]) { server in
            func shown(_ token: String) -> [String] { ["--header", "Authorization: Bearer \(token)"] }
            let made = try server.post("/models", InspectedModels.picture, shown("0123456789abcdef"))
            try #require(made.status == 201)
            for (path, body) in [
                ("/models/seen-picture/inspect/kernels", #"{"layer": "conv"}"#),
                ("/differentiate", #"{"functions": {"y": "x"}, "at": {"x": 1}}"#),
            ] {
                #expect(try server.post(path, body, shown("fedcba9876543210")).status == 200)
                #expect(try server.post(path, body).status == 401)
            }
        }
    }

    @Test func `more than sixteen that wait are told to come again`() throws {
        try withServer { server in
            try server.define(Self.model)
            let folder = try TemporaryFolder()
            let file = try folder.write(Array(Self.body.utf8), to: "body")
            let clients = try (0..<20).map { _ in try start(server, file) }
            let outcomes = try wait(for: "a client to be refused") { () -> [String]? in
                let ended = clients.filter { !$0.isRunning }.map { String(decoding: $0.output, as: UTF8.self) }
                return ended.count { $0 == "503 1" } >= 1 ? ended : nil
            }
            #expect(outcomes.allSatisfy { $0 == "503 1" || $0.hasPrefix("200") })
            for client in clients where client.isRunning { client.signal(SIGKILL) }
            for client in clients { _ = client.wait() }
        }
    }
}
