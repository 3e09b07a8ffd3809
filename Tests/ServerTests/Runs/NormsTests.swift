import Foundation
import JSON
import Testing

/// The norms of a job that was posted with `diagnostics`.
struct NormsTests {
    private func numbers(_ value: JSONValue?) throws -> [Double] { try #require(value).array().map { try $0.double() } }

    /// The kernel and the bias of a version of `line`.
    private func weights(_ version: String, on server: TestServer) throws -> [[Double]] {
        let file = try server.get("/models/line/weights?version=\(version)").body
        let length = (0..<8).reduce(0) { $0 | Int(file[$1]) << (8 * $1) }
        let header = try JSONDocument(parsing: Array(file[8..<8 + length])).root
        return try ["dense/kernel", "dense/bias"].map { name in
            let offsets = try #require(header[name]?["data_offsets"]).ints()
            return stride(from: offsets[0], to: offsets[1], by: 4).map { place in
                let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(file[8 + length + place + $1]) << UInt32(8 * $1) }
                return Double(Float(bitPattern: bits))
            }
        }
    }

    private func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    @Test func `the norms are those of the weights that were kept, and of what lies between them`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let job = try server.trained(
                """
                {"model": "line", "data": {"x": [[1, 2], [3, -1], [0.5, 4]], "y": [1, 0, 2]}, "loss": "mse", "epochs": 3,
                 "optimizer": {"type": "SGD", "learning_rate": 0.125}, "diagnostics": true, "keep_epochs": "all"}
                """
            )
            let id = try #require(job["id"]).string()

            let reply = try server.get("/jobs/\(id)/norms")

            try #require(reply.status == 200, "\(reply.text)")
            #expect(job["options", "diagnostics"]?.source == "true")
            #expect(try reply["job"]?.string() == id)
            #expect(reply["tensors"]?.source == #"["dense/kernel","dense/bias"]"#)
            #expect(reply["epoch"]?.source == "[1,2,3]")
            // An epoch is one step, so what it changed lies between the weights of two epochs.
            let kept = ["0"] + (1...3).map { "job:\(id)@\($0)" }
            let found = try kept.map { try weights($0, on: server) }
            for tensor in 0...1 {
                let rows = try ["gradient", "weight", "update"].map { try numbers(reply[$0, "\(tensor)"]) }
                for epoch in 1...3 {
                    let (before, after) = (found[epoch - 1][tensor], found[epoch][tensor])
                    let moved = norm(zip(before, after).map { $1 - $0 })
                    #expect(abs(rows[1][epoch - 1] - norm(after)) < 1e-9)
                    #expect(abs(rows[2][epoch - 1] - moved) < 1e-9)
                    #expect(abs(rows[0][epoch - 1] * 0.125 - moved) < 1e-6)
                }
            }
        }
    }

    @Test func `a killed job ends with the norms and the weights of one that was not, and of one that takes none`()
        throws
    {
        let server = try TestServer(["--checkpoint-interval", "0.1"])
        try server.define(Samples.cnn())
        let plain = try server.trained(Samples.digits(epochs: 120))
        let whole = try server.trained(Samples.digits(epochs: 120, #""diagnostics": true"#))
        let id = try server.train(Samples.digits(epochs: 120, #""diagnostics": true"#))
        try server.job(id, pastEpoch: 60)

        let again = try server.restarted(killing: true)
        defer { again.stop() }
        let resumed = try again.job(id, until: "succeeded")

        #expect(
            whole["weights_sha256"] == plain["weights_sha256"] && resumed["weights_sha256"] == plain["weights_sha256"]
        )
        #expect(try resumed.course == plain.course && whole.course == plain.course)
        let (expected, found) = (try again.get("/jobs/2/norms"), try again.get("/jobs/\(id)/norms"))
        #expect(expected["epoch"]?.count == 120)
        for member in ["tensors", "epoch", "gradient", "weight", "update"] {
            #expect(found[member]?.source == expected[member]?.source, "\(member)")
        }
    }

    @Test func `a fork has its origin's norms, and goes on with them`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let origin = try server.trained(Samples.digits(epochs: 3, #""diagnostics": true, "keep_epochs": "all""#))
            let id = try #require(origin["id"]).string()
            let fork = try server.post("/jobs/\(id)/fork", #"{"epoch": 2}"#)
            try #require(fork.status == 202, "\(fork.text)")
            let ended = try #require(fork["id"]).string()
            _ = try server.job(ended, until: "succeeded")

            let (expected, found) = (try server.get("/jobs/\(id)/norms"), try server.get("/jobs/\(ended)/norms"))

            #expect(found["gradient"]?.source == expected["gradient"]?.source && found["gradient", "0"]?.count == 3)
        }
    }

    @Test func `of many epochs some are told, and who has no norms says why`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let rows = #""model": "line", "data": {"x": [[1, 2]], "y": [1]}, "loss": "mse", "optimizer": "SGD""#
            let job = try server.trained(#"{\#(rows), "epochs": 100, "diagnostics": true}"#)
            let plain = try server.trained(#"{\#(rows), "diagnostics": false}"#)
            let (id, other) = (try #require(job["id"]).string(), try #require(plain["id"]).string())

            #expect(try server.get("/jobs/\(id)/norms?points=4")["epoch"]?.source == "[1,34,67,100]")
            #expect(try server.get("/jobs/\(id)/norms?points=3").status == 400)
            let none = try server.get("/jobs/\(other)/norms")
            #expect(none.status == 404 && none.text.contains("\\\"diagnostics\\\": true"), "\(none.text)")
            #expect(plain["options", "diagnostics"] == nil)
            #expect(try server.get("/jobs/99/norms").text.contains("there is none of that id"))
            let wrong = try server.post("/train", #"{\#(rows), "diagnostics": "yes"}"#)
            #expect(wrong.faults.contains { $0.hasPrefix("/diagnostics ") }, "\(wrong.text)")
        }
    }
}
