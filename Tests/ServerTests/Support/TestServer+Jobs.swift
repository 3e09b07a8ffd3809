import JSON
import Testing

extension TestServer {
    /// Defines a model that must be accepted.
    func define(_ model: String) throws {
        let reply = try post("/models", model)
        try #require(reply.status == 201, "\(reply.text)")
    }

    /// Asks for a training job that must be accepted; gives its id.
    func train(_ request: String) throws -> String {
        let reply = try post("/train", request)
        try #require(reply.status == 202, "\(reply.text)")
        let id = try #require(try reply["id"]?.string())
        #expect(reply.fields["location"] == "/jobs/\(id)")
        return id
    }

    /// Polls a job until it has reached a state, which must come before any other end.
    func job(_ id: String, until state: String) throws -> Reply {
        try wait(for: "job \(id) to become \(state)") {
            let reply = try get("/jobs/\(id)")
            let found = try #require(try reply["state"]?.string())
            if found == state { return reply }
            try #require(!["succeeded", "failed", "cancelled"].contains(found), "\(reply.text)")
            return nil
        }
    }

    /// Polls a job until this many epochs are over.
    func job(_ id: String, pastEpoch epoch: Int) throws {
        try wait(for: "job \(id) to pass epoch \(epoch)") {
            let reply = try get("/jobs/\(id)")
            try #require(
                try reply["state"]?.string() == "running" || reply["state"]?.string() == "queued",
                "\(reply.text)"
            )
            return (reply["history"]?.count ?? 0) >= epoch ? () : nil
        }
    }

    /// Trains to the end and gives the finished job.
    func trained(_ request: String) throws -> Reply { try job(train(request), until: "succeeded") }
}

extension Reply {
    /// The history of a job but for how long each epoch took, which no two runs have in common.
    var course: [String] {
        get throws {
            try #require(self["history"]).elements.map { epoch in
                epoch.members.filter { $0.key != "seconds" }.map { "\($0.key) \($0.value.source)" }.joined(
                    separator: ", "
                )
            }
        }
    }
}
