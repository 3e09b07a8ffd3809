import Foundation
import JSON
import Testing

/// The stream of what happens to a job.
struct JobEventTests {
    private struct Event: Equatable {
        let id: Int
        let name: String
        let data: String
    }

    private func events(_ server: TestServer, _ job: String, _ arguments: [String] = []) throws -> [Event] {
        let reply = try server.get("/jobs/\(job)/events", ["--no-buffer"] + arguments)
        #expect(reply.status == 200)
        #expect(reply.fields["content-type"] == "text/event-stream")
        return try reply.text.components(separatedBy: "\n\n").filter { !$0.isEmpty && !$0.hasPrefix(":") }.map {
            block in
            let lines = block.components(separatedBy: "\n")
            try #require(lines.count == 3, "\(block)")
            return Event(
                id: try #require(Int(lines[0].dropFirst("id: ".count))),
                name: String(lines[1].dropFirst("event: ".count)),
                data: String(lines[2].dropFirst("data: ".count))
            )
        }
    }

    @Test func `the stream goes from the job's start to its end`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let id = try server.train(Samples.digits(epochs: 3))

            let events = try events(server, id)

            #expect(events.first?.data == #"{"state":"queued"}"#)
            #expect(events.filter { $0.name == "epoch" }.count == 3)
            let last = try #require(events.last)
            #expect(last.name == "state")
            #expect(try JSONDocument(parsing: last.data).root["state"]?.string() == "succeeded")
            #expect(events.map(\.id) == events.map(\.id).sorted())
        }
    }

    @Test func `a client goes on after the last event it saw, also across a restart`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let id = try #require(try server.trained(Samples.digits(epochs: 3))["id"]?.string())
        let all = try events(server, id)

        let again = try server.restarted()
        defer { again.stop() }
        let rest = try events(again, id, ["--header", "Last-Event-ID: \(all[2].id)"])

        #expect(rest == Array(all.dropFirst(3)))
    }

    @Test func `an open stream ends when the server stops`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let id = try server.train(Samples.digits(epochs: 100_000))
        let socket = try RawSocket(port: server.port)
        try socket.send("GET /jobs/\(id)/events HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try socket.read { $0.contains("event: epoch") }

        server.stop()

        // The last chunk, so that the client knows that nothing is missing.
        #expect(try socket.read().hasSuffix("0\r\n\r\n"))
    }

    @Test func `the events of a job that isn't there are a 404, and an id that isn't one is a 400`() throws {
        try withServer { server in
            #expect(try server.get("/jobs/1/events").status == 404)
            try server.define(Samples.cnn())
            let id = try server.train(Samples.digits(epochs: 1))
            #expect(try server.get("/jobs/\(id)/events", ["--header", "Last-Event-ID: x"]).status == 400)
        }
    }
}
