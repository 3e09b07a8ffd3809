import Foundation
import Testing

/// How predictions of several clients share the threads.
@Suite(.timeLimit(.minutes(10)))
struct TurnTests {
    private static let model = #"""
        {"name": "wide", "input_shape": [1], "layers": [{"type": "Dense", "units": 1024, "activation": "relu"},
         {"type": "Dense", "units": 1024}, {"type": "Dense", "units": 1}]}
        """#
    private static let one = #"{"model": "wide", "instances": [[2]]}"#
    private static let rows = 400_000
    /// As many as take some tens of seconds, so that a client can leave before they are done on any machine.
    private static let manyRows = 1_000_000

    /// The rows that the server has computed.
    private func computed(_ server: TestServer) throws -> Double {
        let line = try server.get("/metrics").text.split(separator: "\n").first {
            $0.hasPrefix("trainyard_predictions_total ")
        }
        return try #require(line?.split(separator: " ").last.flatMap { Double($0) })
    }

    /// A client that asks for many rows, once the server is at work for it.
    private func many(_ server: TestServer, _ folder: TemporaryFolder, rows count: Int) throws -> ChildProcess {
        let rows = Array(repeating: "[1]", count: count).joined(separator: ",")
        let file = try folder.write(Array(#"{"model": "wide", "instances": [\#(rows)]}"#.utf8), to: "body")
        let before = try computed(server)
        let client = try ChildProcess(
            "/usr/bin/env",
            [
                "curl", "--silent", "--data-binary", "@\(file)", "--header", "Content-Type: application/json",
                "http://127.0.0.1:\(server.port)/predict",
            ]
        )
        try wait(for: "the first rows") { try computed(server) > before ? () : nil }
        return client
    }

    @Test func `one row is answered, in the same bits, while another client's many rows are computed`() throws {
        try withServer { server in
            try server.define(Self.model)
            let alone = try server.post("/predict", Self.one)
            let folder = try TemporaryFolder()
            let client = try many(server, folder, rows: Self.rows)
            let beside = try server.post("/predict", Self.one)
            #expect(try computed(server) < Double(Self.rows))
            #expect(beside.status == 200 && beside.body == alone.body)
            let outcome = client.wait()
            #expect(outcome.status == 0 && outcome.text.contains("predictions"))
        }
    }

    @Test func `what a client that has left asked for is not computed`() throws {
        try withServer { server in
            try server.define(Self.model)
            let folder = try TemporaryFolder()
            let client = try many(server, folder, rows: Self.manyRows)
            client.signal(SIGKILL)
            _ = client.wait()
            // The server may still be at the rows that it has begun with; then it rests.
            var last = try computed(server)
            try wait(for: "the end of the work") {
                defer { last = (try? computed(server)) ?? last }
                return try computed(server) == last ? () : nil
            }
            #expect(last < Double(Self.manyRows))
        }
    }
}
