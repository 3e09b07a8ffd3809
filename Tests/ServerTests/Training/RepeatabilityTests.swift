import Foundation
import JSON
import Testing

/// Same model, data, options and seed: the same weights, whatever happens on the way.
struct RepeatabilityTests {
    private func weights(of server: TestServer, version: Int) throws -> [UInt8] {
        let reply = try server.get("/models/cnn/weights?version=\(version)")
        try #require(reply.status == 200)
        return reply.body
    }

    /// How often a job began at its first step, as its events tell; more than once where a checkpoint was not used.
    private func starts(of job: String, on server: TestServer) throws -> Int {
        let events = try server.get("/jobs/\(job)/events").text.split(separator: "\n")
        return events.filter { $0.contains(#""epoch":1,"#) && $0.contains(#""step":0,"#) }.count
    }

    @Test func `the same job twice gives the same weights file, byte for byte`() throws {
        try withServer { server in
            try server.define(Samples.cnn())

            let first = try server.trained(Samples.digits())
            let second = try server.trained(Samples.digits())

            #expect(try first["weights_sha256"]?.string() == second["weights_sha256"]?.string())
            #expect(try first["version"]?.int() == 1)
            #expect(try second["version"]?.int() == 2)
            let file = try weights(of: server, version: 1)
            #expect(try file == weights(of: server, version: 2))
            #expect(try file != weights(of: server, version: 0))
        }
    }

    @Test func `another seed gives other weights`() throws {
        try withServer { server in
            try server.define(Samples.cnn())

            _ = try server.trained(Samples.digits())
            _ = try server.trained(Samples.digits().replacingOccurrences(of: "\"seed\": 3", with: "\"seed\": 4"))

            #expect(try weights(of: server, version: 1) != weights(of: server, version: 2))
        }
    }

    @Test func `one thread and three give the same weights`() throws {
        let files = try [1, 3].map { threads in
            try withServer(["--threads", "\(threads)"]) { server in
                try server.define(Samples.cnn())
                _ = try server.trained(Samples.digits())
                return try weights(of: server, version: 1)
            }
        }
        #expect(files[0] == files[1])
    }

    @Test func `a job that was paused and resumed ends with the weights of one that was not`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let request = Samples.digits(epochs: 60)
            let whole = try server.trained(request)

            let id = try server.train(request)
            try server.job(id, pastEpoch: 5)
            #expect(try server.post("/jobs/\(id)/pause").status == 200)
            let paused = try server.job(id, until: "paused")
            #expect(try #require(paused["history"]?.count) < 60)
            #expect(try server.post("/jobs/\(id)/resume").status == 200)
            let resumed = try server.job(id, until: "succeeded")

            #expect(try starts(of: id, on: server) == 1)
            #expect(try resumed["weights_sha256"]?.string() == whole["weights_sha256"]?.string())
            #expect(try resumed.course == whole.course)
        }
    }

    @Test func `a job goes on where SIGTERM cut it, to the same weights`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let request = Samples.digits(epochs: 60)
        let whole = try server.trained(request)
        let id = try server.train(request)
        try server.job(id, pastEpoch: 5)

        let again = try server.restarted()
        defer { again.stop() }
        let resumed = try again.job(id, until: "succeeded")

        #expect(try starts(of: id, on: again) == 1)
        #expect(try resumed["weights_sha256"]?.string() == whole["weights_sha256"]?.string())
        #expect(try resumed.course == whole.course)
    }

    @Test func `a job whose server was killed goes on at its checkpoint, to the same weights`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let request = Samples.digits(epochs: 150)
        let whole = try server.trained(request)
        let id = try server.train(request)
        // Long enough for several checkpoints, and too early for the end.
        try server.job(id, pastEpoch: 75)

        let again = try server.restarted(killing: true)
        defer { again.stop() }
        let resumed = try again.job(id, until: "succeeded")

        #expect(try starts(of: id, on: again) == 1)
        #expect(try resumed["weights_sha256"]?.string() == whole["weights_sha256"]?.string())
        #expect(try resumed.course == whole.course)
        #expect(try again.get("/jobs/1").body == whole.body)
    }
}
