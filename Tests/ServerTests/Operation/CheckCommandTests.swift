import Foundation
import GRDB
import JSON
import Testing

/// `trainyard check`, and what the server does with what it finds.
struct CheckCommandTests {
    /// Flips one bit of the stored bytes of the largest tensor, in the file of the database.
    private func damageWeights(in folder: TemporaryFolder) throws {
        let path = folder.path("data/trainyard.sqlite")
        let sample = try DatabaseQueue(path: path).writeWithoutTransaction { database in
            _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            return try #require(
                try Data.fetchOne(database, sql: "SELECT substr(data, 1, 64) FROM tensors ORDER BY raw_bytes DESC")
            )
        }
        var file = try Data(contentsOf: URL(filePath: path))
        let place = try #require(file.range(of: sample)).lowerBound
        file[place + 40] ^= 0x10
        try file.write(to: URL(filePath: path))
    }

    @Test func `a whole folder is clean, also while a server trains in it`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        try server.define(Samples.cnn())
        _ = try server.trained(Samples.digits(epochs: 1))
        try server.job(server.train(Samples.digits(epochs: 100_000)), pastEpoch: 1)

        let outcome = try folder.trainyard("check")

        #expect(outcome.status == 0, "\(outcome.text)")
        #expect(outcome.text.hasPrefix("verified 1 version, "), "\(outcome.text)")
        #expect(outcome.text.hasSuffix("2 datasets: nothing is wrong\n"), "\(outcome.text)")
    }

    @Test func `a flipped bit in weights is found, never served, and repaired by removal`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(Samples.cnn())
        for seed in 1...2 {
            let request = Samples.digits(epochs: 1).replacingOccurrences(of: "\"seed\": 3", with: "\"seed\": \(seed)")
            _ = try server.trained(request)
        }
        server.stop()
        try damageWeights(in: folder)

        let again = try TestServer(on: folder)
        let statuses = try (1...2).map { version in
            try again.get("/predict?model=cnn&version=\(version)&input=\(Samples.zero)").status
        }
        #expect(statuses.sorted() == [200, 500])
        #expect(try again.get("/health/ready").status == 200)
        let damaged = statuses[0] == 500 ? 1 : 2
        let problem = try again.get("/models/cnn/weights?version=\(damaged)")
        #expect(problem.status == 500)
        #expect(problem.fields["content-type"] == "application/problem+json")
        let found = try folder.trainyard("check")
        #expect(found.status == 1)
        #expect(found.text.contains("weights of \"cnn\" version \(damaged)"), "\(found.text)")
        #expect(found.text.contains("--repair"), "\(found.text)")
        let repaired = try folder.trainyard("check", "--repair")
        #expect(repaired.status == 0, "\(repaired.text)")
        #expect(repaired.text.contains("(repaired)"), "\(repaired.text)")

        #expect(try folder.trainyard("check").status == 0)
        #expect(try again.get("/models/cnn/versions/\(damaged)").status == 404)
        #expect(try again.get("/predict?model=cnn&input=\(Samples.zero)").status == 200)
        again.stop()
    }

    @Test func `a truncated dataset fails the job with the cause, and the server goes on`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        try server.define(Samples.line)
        let rows = (0..<20_000).map { "\($0 % 7),\($0 % 5),\($0 % 3)" }.joined(separator: "\n")
        let csv = Array(("a,b,y\n" + rows).utf8)
        #expect(try server.put("/datasets/points", csv, contentType: "text/csv").status == 201)
        let id = try server.train(
            #"{"model": "line", "dataset": "points", "epochs": 100000, "loss": "mse"}"#
        )
        try server.job(id, pastEpoch: 1)

        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("data/datasets"))
        let file = try #require(
            try files.map { folder.path("data/datasets/\($0)") }.first {
                try FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int == 320_064
            }
        )
        #expect(truncate(file, 1000) == 0)

        let job = try server.job(id, until: "failed")
        #expect(try job["error", "detail"]?.string().contains("points") == true, "\(job.text)")
        #expect(try server.get("/health/ready").status == 200)
        #expect(try server.get("/predict?model=line&input=[1,2]").status == 200)
        let found = try folder.trainyard("check")
        #expect(found.status == 1)
        #expect(found.text.contains("dataset \"points\""), "\(found.text)")
        #expect(try folder.trainyard("check", "--repair").status == 0)
        #expect(try server.get("/datasets/points").status == 404)
    }
}
