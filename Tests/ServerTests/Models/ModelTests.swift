import JSON
import Testing

struct ModelTests {
    @Test func `a model is defined, found, listed and removed`() throws {
        try withServer { server in
            let created = try server.post("/models", Samples.cnn())
            #expect(created.status == 201)
            #expect(created.fields["location"] == "/models/cnn")
            #expect(try created["parameters"]?.int() == 8 * 9 + 8 + 128 * 10 + 10)
            #expect(try created["output_shape"]?.ints() == [10])
            #expect(try created["layers", "1", "name"]?.string() == "conv2d")
            #expect(try created["layers", "1", "output_shape"]?.ints() == [8, 8, 8])
            #expect(try created["tensors", "0", "name"]?.string() == "conv2d/kernel")
            #expect(try created["tensors", "0", "shape"]?.ints() == [3, 3, 1, 8])
            #expect(try created["tensors", "0", "dimension"]?.int() == 4)
            #expect(try created["tensors", "0", "volume"]?.int() == 72)

            #expect(try server.get("/models/cnn").body == created.body)
            #expect(try server.get("/models")["models", "0", "name"]?.string() == "cnn")
            #expect(try server.post("/models", Samples.cnn()).status == 409)
            #expect(try server.curl("DELETE", "/models/cnn").status == 204)
            #expect(try server.get("/models/cnn").status == 404)
            #expect(try server.get("/models")["models"]?.count == 0)
        }
    }

    @Test func `a definition out of a summary defines the same model again`() throws {
        try withServer { server in
            let first = try server.post("/models", Samples.cnn())
            let definition = try #require(first["definition"])
            let weights = try server.get("/models/cnn/weights").body
            #expect(try server.curl("DELETE", "/models/cnn").status == 204)

            let second = try server.post("/models", String(decoding: definition.sourceBytes, as: UTF8.self))

            #expect(second.status == 201)
            #expect(second["definition"] == definition)
            #expect(try server.get("/models/cnn/weights").body == weights)
        }
    }

    @Test func `a dry run checks a definition and keeps nothing`() throws {
        try withServer { server in
            let good = try server.post("/models?dry_run=true", Samples.cnn())
            #expect(good.status == 200)
            #expect(try #require(try good["operations_per_sample"]?.int()) > 0)
            #expect(try #require(try good["peak_bytes"]?.int()) > 4 * 1370)
            #expect(try server.post("/models?dry_run=true", "{}").status == 422)
            #expect(try server.get("/models")["models"]?.count == 0)
        }
    }

    @Test func `models survive a restart`() throws {
        let server = try TestServer()
        let created = try server.post("/models", Samples.cnn())

        let again = try server.restarted()
        defer { again.stop() }

        #expect(try again.get("/models/cnn").body == created.body)
    }

    @Test func `what isn't JSON by its own word is a 415`() throws {
        try withServer { server in
            let reply = try server.curl("POST", "/models", ["--data", "x=1", "--header", "Content-Type: text/plain"])
            #expect(reply.status == 415)
        }
    }

    @Test(arguments: [("POST", "/models"), ("POST", "/train"), ("POST", "/predict"), ("PUT", "/models/line/weights")])
    func `a body that was forgotten is a 411, and an empty one is told apart from it`(
        method: String,
        path: String
    ) throws {
        try withServer { server in
            try server.define(Samples.line)
            let forgotten = try server.curl(method, path)
            let empty = try server.curl(method, path, ["--data", ""])
            #expect(forgotten.status == 411)
            #expect(empty.status == (method == "PUT" ? 422 : 400))
        }
    }
}
