import JSON
import Testing

/// `Idempotency-Key`, the bound of the queue, and priorities.
struct IdempotencyTests {
    private func key(_ text: String) -> [String] { ["--header", "Idempotency-Key: \(text)"] }

    @Test func `a training request sent again under its key gets the first answer again, also after a restart`() throws
    {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let request = Samples.digits(epochs: 1)

        let first = try server.post("/train", request, key(#""8e03978e-40d5""#))
        #expect(first.status == 202)
        _ = try server.job(try #require(try first["id"]?.string()), until: "succeeded")
        let second = try server.post("/train", request, key("8e03978e-40d5"))
        let again = try server.restarted()
        defer { again.stop() }
        let third = try again.post("/train", request, key(#""8e03978e-40d5""#))

        for reply in [second, third] {
            #expect(reply.status == 202)
            #expect(reply.body == first.body)
            #expect(reply.fields["location"] == first.fields["location"])
        }
        #expect(try again.get("/jobs")["jobs"]?.count == 1)
        #expect(try again.post("/train", request, key("another")).body != first.body)
    }

    @Test func `a model sent again under its key is no conflict`() throws {
        try withServer { server in
            let first = try server.post("/models", Samples.line, key("a"))
            let second = try server.post("/models", Samples.line, key("a"))

            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(second.body == first.body)
            #expect(second.fields["location"] == "/models/line")
            #expect(try server.post("/models", Samples.line, key("b")).status == 409)
            #expect(try server.post("/models", Samples.line).status == 409)
        }
    }

    @Test func `a key that comes with another body is refused, and one on another route is another key`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            #expect(try server.post("/train", Samples.digits(epochs: 1), key("a")).status == 202)

            let other = try server.post("/train", Samples.digits(epochs: 2), key("a"))
            #expect(other.status == 422)
            #expect(try other["detail"]?.string().contains("Idempotency-Key") == true, "\(other.text)")
            #expect(try server.post("/models", Samples.line, key("a")).status == 201)
            #expect(try server.get("/jobs")["jobs"]?.count == 1)
        }
    }

    @Test func `a refused request does not use its key up, and a bad key is refused`() throws {
        try withServer { server in
            #expect(try server.post("/train", Samples.digits(epochs: 1), key("a")).status == 404)
            try server.define(Samples.cnn())
            #expect(try server.post("/train", Samples.digits(epochs: 1), key("a")).status == 202)

            #expect(try server.post("/train", Samples.digits(epochs: 1), key(#""""#)).status == 400)
            let long = String(repeating: "k", count: 256)
            #expect(try server.post("/train", Samples.digits(epochs: 1), key(long)).status == 400)
        }
    }

    @Test func `data sent inline twice under one key makes one job`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let request = #"{"model": "line", "data": {"x": [[1,2],[3,4]], "y": [1,2]}, "epochs": 1, "loss": "mse"}"#
            let first = try server.post("/train", request, key("a"))
            #expect(try server.post("/train", request, key("a")).body == first.body)
            #expect(try server.job(try #require(try first["id"]?.string()), until: "succeeded")["version"]?.int() == 1)
            #expect(try server.get("/jobs")["jobs"]?.count == 1)
        }
    }

    @Test func `a full queue answers 429 and when to try again, and takes jobs once there is room`() throws {
        try withServer(["--queue-limit", "2"]) { server in
            try server.define(Samples.cnn())
            let running = try server.train(Samples.digits(epochs: 100_000))
            try server.job(running, pastEpoch: 1)
            let waiting = try (1...2).map { _ in try server.train(Samples.digits(epochs: 1)) }

            let refused = try server.post("/train", Samples.digits(epochs: 1))
            #expect(refused.status == 429)
            #expect(refused.fields["retry-after"].flatMap { Int($0) } ?? 0 > 0)
            #expect(refused.fields["content-type"] == "application/problem+json")
            #expect(try server.get("/jobs")["jobs"]?.count == 3)

            #expect(try server.post("/jobs/\(waiting[0])/cancel").status == 200)
            #expect(try server.post("/train", Samples.digits(epochs: 1)).status == 202)
            #expect(try server.post("/jobs/\(running)/cancel").status == 200)
        }
    }

    @Test func `a job of a higher priority runs before one that waits longer`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let running = try server.train(Samples.digits(epochs: 100_000))
            try server.job(running, pastEpoch: 1)
            let low = try server.train(Samples.digits(epochs: 1))
            let high = try server.train(Samples.digits(epochs: 1, #""priority": 5"#))

            #expect(try server.post("/jobs/\(running)/cancel").status == 200)
            let lowVersion = try server.job(low, until: "succeeded")["version"]?.int()
            let highVersion = try server.job(high, until: "succeeded")["version"]?.int()

            #expect(highVersion == 1)
            #expect(lowVersion == 2)
        }
    }
}
