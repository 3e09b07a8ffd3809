import Foundation
import JSON
import Testing

/// Weights by their tags: parts, copies that are still good, and writers that don't overwrite one another.
struct WeightsConditionTests {
    private func weights(_ server: TestServer, _ fields: String...) throws -> Reply {
        try server.get("/models/line/weights", fields.flatMap { ["--header", $0] })
    }

    @Test func `a client that has the weights is told so, and one that lacks a part gets that part`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let whole = try weights(server)
            let tag = try #require(whole.fields["etag"])
            #expect(whole.fields["accept-ranges"] == "bytes")

            let known = try weights(server, "If-None-Match: \(tag)")
            #expect(known.status == 304 && known.body.isEmpty && known.fields["etag"] == tag)
            #expect(try weights(server, "If-None-Match: \"other\"").status == 200)

            let part = try weights(server, "Range: bytes=8-19")
            #expect(part.status == 206)
            #expect(part.body == Array(whole.body[8...19]))
            #expect(part.fields["content-range"] == "bytes 8-19/\(whole.body.count)")
            #expect(try weights(server, "Range: bytes=-12").body == whole.body.suffix(12))
            #expect(try weights(server, "Range: bytes=8-19", "If-Range: \"other\"").body == whole.body)
            let beyond = try weights(server, "Range: bytes=9999-")
            #expect(beyond.status == 416 && beyond.fields["content-range"] == "bytes */\(whole.body.count)")
            #expect(try weights(server, "If-Match: \"other\"").status == 412)
        }
    }

    @Test func `weights are put only over the ones that the client has seen`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let first = try weights(server)
            let tag = try #require(first.fields["etag"])
            // The last value is the bias: other weights.
            let other = Array(first.body.dropLast(4)) + [0, 0, 0x80, 0x3F]
            let folder = try TemporaryFolder()
            let file = try folder.write(other, to: "weights")
            func put(_ field: String) throws -> Reply {
                try server.curl("PUT", "/models/line/weights", ["--data-binary", "@\(file)", "--header", field])
            }

            #expect(try put("If-Match: \"other\"").status == 412)
            #expect(try put("If-None-Match: *").status == 412)
            #expect(try server.get("/models/line")["version"]?.int() == 0)
            let done = try put("If-Match: \(tag)")
            #expect(done.status == 201)
            #expect(try put("If-Match: \(tag)").status == 412)
            let now = try weights(server)
            let digest = try #require(try done["weights_sha256"]?.string())
            #expect(now.fields["etag"] == "\"\(digest)\"")
            #expect(now.body == other)
            #expect(try server.get("/models/line")["version"]?.int() == 1)
        }
    }
}
