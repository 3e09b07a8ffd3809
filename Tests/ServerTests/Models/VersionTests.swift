import Foundation
import JSON
import Testing

/// Versions, the aliases that stand for them, and retention.
struct VersionTests {
    /// A model with three versions.
    private func withVersions(_ body: (TestServer) throws -> Void) throws {
        try withServer { server in
            try server.define(Samples.cnn())
            for seed in 1...3 { _ = try server.trained(Self.request(seed: seed)) }
            try body(server)
        }
    }

    private static func request(seed: Int) -> String {
        Samples.digits(epochs: 1).replacingOccurrences(of: "\"seed\": 3", with: "\"seed\": \(seed)")
    }

    private func numbers(_ reply: Reply) throws -> [Int] {
        try #require(reply["versions"]).elements.map { try #require(try $0["version"]?.int()) }
    }

    @Test func `versions are listed newest first, page by page, each with how it came about`() throws {
        try withVersions { server in
            let first = try server.get("/models/cnn/versions?limit=2")
            #expect(try numbers(first) == [3, 2])
            #expect(try first["next"]?.int() == 2)
            let second = try server.get("/models/cnn/versions?limit=2&after=2")
            #expect(try numbers(second) == [1])
            #expect(second["next"]?.isNull == true)

            let version = try server.get("/models/cnn/versions/2")
            let job = try server.get("/jobs/2")
            #expect(version["weights_sha256"] == job["weights_sha256"])
            #expect(version["metrics"] == job["metrics"])
            #expect(try version["job"]?.string() == "2")
            #expect(try version["parent"]?.int() == 0)
            #expect(version["dataset_sha256"] == (try server.get("/datasets/digits")["sha256"]))
            #expect(try version["options", "training", "seed"]?.int() == 2)
            #expect(try server.get("/models/cnn/versions/9").status == 404)
            #expect(try server.get("/models/none/versions").status == 404)
            #expect(try server.get("/models/cnn/versions?limit=0").status == 400)
        }
    }

    @Test func `an alias stands wherever a version may stand, and moves for the very next request`() throws {
        try withVersions { server in
            func set(_ version: Int) throws -> Reply {
                try server.curl("PUT", "/models/cnn/aliases/stable", json: #"{"version": \#(version)}"#)
            }
            func predicted() throws -> [Int?] {
                let query = try server.get("/predict?model=cnn&version=stable&input=\(Samples.zero)")
                let body = #"{"model": "cnn", "version": "stable", "instances": [\#(Samples.zero)]}"#
                return [try query["version"]?.int(), try server.post("/predict", body)["version"]?.int()]
            }

            #expect(try set(1)["version"]?.int() == 1)
            #expect(try predicted() == [1, 1])
            #expect(try set(2)["previous"]?.int() == 1)
            #expect(try predicted() == [2, 2])
            #expect(
                try server.get("/models/cnn/weights?version=stable").body
                    == server.get("/models/cnn/weights?version=2").body
            )
            let job = try server.trained(Samples.digits(epochs: 1, #""initial_version": "stable""#))
            #expect(try job["initial_version"]?.int() == 2)
            #expect(try server.get("/models/cnn/versions/stable")["aliases", "0"]?.string() == "stable")

            let back = try server.post("/models/cnn/aliases/stable/rollback")
            #expect(try back["version"]?.int() == 1)
            #expect(try predicted() == [1, 1])
            #expect(try server.get("/models/cnn/aliases")["aliases"]?.count == 1)
            #expect(try server.curl("DELETE", "/models/cnn/aliases/stable").status == 204)
            #expect(try predicted() == [nil, nil])
            #expect(try server.get("/predict?model=cnn&version=stable&input=\(Samples.zero)").status == 404)
        }
    }

    @Test func `what can't be an alias, or has nowhere to go back to, is refused`() throws {
        try withVersions { server in
            func put(_ alias: String, _ body: String) throws -> Int {
                try server.curl("PUT", "/models/cnn/aliases/\(alias)", json: body).status
            }
            #expect(try put("stable", #"{"version": 9}"#) == 404)
            #expect(try put("stable", #"{"version": "1"}"#) == 422)
            #expect(try put("stable", "{}") == 422)
            #expect(try put("7", #"{"version": 1}"#) == 422)
            #expect(try put("stable", #"{"version": 1}"#) == 200)
            #expect(try server.post("/models/cnn/aliases/stable/rollback").status == 409)
            #expect(try server.post("/models/cnn/aliases/canary/rollback").status == 404)
            let unknown = try server.post("/train", Samples.digits(epochs: 1, #""initial_version": "canary""#))
            #expect(unknown.status == 404)
            #expect(unknown.faults.contains { $0.hasPrefix("/initial_version ") }, "\(unknown.text)")
        }
    }

    @Test func `a version can be deleted unless an alias stands for it, and its number is not used again`() throws {
        try withVersions { (server: TestServer) throws in
            #expect(try server.curl("PUT", "/models/cnn/aliases/stable", json: #"{"version": 3}"#).status == 200)
            #expect(try server.get("/predict?model=cnn&version=2&input=\(Samples.zero)").status == 200)

            #expect(try server.curl("DELETE", "/models/cnn/versions/3").status == 409)
            #expect(try server.curl("DELETE", "/models/cnn/versions/stable").status == 400)
            #expect(try server.curl("DELETE", "/models/cnn/versions/2").status == 204)
            #expect(try server.curl("DELETE", "/models/cnn/versions/2").status == 404)

            #expect(try server.get("/predict?model=cnn&version=2&input=\(Samples.zero)").status == 404)
            #expect(try server.trained(Self.request(seed: 4))["version"]?.int() == 4)
            #expect(try numbers(server.get("/models/cnn/versions")) == [4, 3, 1])
        }
    }

    @Test func `a server that keeps two versions and no ended jobs removes the rest, but none with an alias`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(Samples.cnn())
        for seed in 1...4 { _ = try server.trained(Self.request(seed: seed)) }
        #expect(try server.curl("PUT", "/models/cnn/aliases/stable", json: #"{"version": 1}"#).status == 200)

        let again = try server.restarted(["--keep-versions", "2", "--keep-jobs", "0"])
        defer { again.stop() }
        try wait(for: "version 2 and the jobs to go") {
            let isGone = try again.get("/models/cnn/versions/2").status == 404
            return try isGone && again.get("/jobs")["jobs"]?.count == 0 ? () : nil
        }

        #expect(try numbers(again.get("/models/cnn/versions")) == [4, 3, 1])
        #expect(try folder.trainyard("check").status == 0)
    }
}
