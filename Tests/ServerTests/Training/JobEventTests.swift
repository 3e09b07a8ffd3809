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
        try socket.send("GET /jobs/\(id)/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
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

    @Test func `a client that has seen a finished job's last event is told that there is nothing more`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let id = try #require(try server.trained(Samples.digits(epochs: 1))["id"]?.string())
            let last = try #require(try events(server, id).last?.id)

            let again = try server.get("/jobs/\(id)/events", ["--header", "Last-Event-ID: \(last)"])

            #expect(again.status == 204 && again.body.isEmpty)
            #expect(try events(server, id, ["--header", "Last-Event-ID: \(last - 1)"]).map(\.id) == [last])
        }
    }

    @Test func `the stream of all jobs begins with now, or after an event, and names job and model`() throws {
        let server = try TestServer()
        defer { server.stop() }
        try server.define(Samples.cnn())
        let first = try #require(try server.trained(Samples.digits(epochs: 1))["id"]?.string())
        let seen = try #require(try events(server, first).last?.id)
        let now = try RawSocket(port: server.port)
        try now.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try now.read { $0.contains("\r\n\r\n") }
        let second = try #require(
            try server.trained(
                Samples.digits(epochs: 2).replacing(
                    "\"metrics\": [\"accuracy\"]",
                    with: "\"metrics\": [\"confusion_matrix\"]"
                )
            )["id"]?.string()
        )

        let live = try now.read { $0.contains("succeeded") }
        let later = try RawSocket(port: server.port)
        try later.send("GET /events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(seen)\r\n\r\n")
        let caughtUp = try later.read { $0.contains("succeeded") }

        for text in [live, caughtUp] {
            #expect(text.contains("data: {\"job\":\"\(second)\",\"model\":\"cnn\",\"state\":\"queued\"}"), "\(text)")
            #expect(
                text.contains("event: epoch\ndata: {\"job\":\"\(second)\",\"model\":\"cnn\",\"epoch\":2,"),
                "\(text)"
            )
            #expect(!text.contains("\"job\":\"\(first)\"") && !text.contains("confusion_matrix"), "\(text)")
        }
    }

    @Test func `a client whose last event is not known, or was removed with its job, is told to begin anew`() throws {
        let server = try TestServer()
        defer { server.stop() }
        try server.define(Samples.cnn())
        let id = try #require(try server.trained(Samples.digits(epochs: 1))["id"]?.string())
        let first = try #require(try events(server, id).first?.id)
        #expect(try server.curl("DELETE", "/jobs/\(id)").status == 204)

        for last in [first, 1_000_000] {
            let socket = try RawSocket(port: server.port)
            try socket.send("GET /events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(last)\r\n\r\n")
            #expect(try socket.read { $0.contains("\n\n") || $0.contains("event:") }.contains("event: reset"))
        }
    }
}
