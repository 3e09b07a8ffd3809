import Foundation
import GRDB
import JSON
import ModelStore
import Testing

/// What clients see while the disk under a running server gives out, and afterwards.
struct DiskTests {
    private func refused(_ server: TestServer) throws -> Reply {
        var number = 0
        // What is left of the write-ahead log is used by small writes until that is full as well.
        return try wait(for: "a model to be refused") {
            number += 1
            let body = Samples.line.replacingOccurrences(of: "\"line\"", with: "\"line-\(number)\"")
            let reply = try server.post("/models", body)
            return reply.status == 201 ? nil : reply
        }
    }

    private func expectUnavailable(_ reply: Reply) {
        #expect(reply.status == 503, "\(reply.text)")
        #expect(reply.fields["content-type"] == "application/problem+json")
        #expect(reply.fields["retry-after"].flatMap { Int($0) } ?? 0 > 0)
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "needs the right to mount a small file system"))
    func `on a full disk requests get 503, predictions go on, and the job ends the same once there is space`() throws {
        try SmallDisk.mounted(megabytes: 24) { disk in
            let server = try TestServer(on: disk.folder, ["--lease", "1", "--checkpoint-interval", "0.2"])
            defer { server.stop() }
            try server.define(Samples.cnn())
            let request = Samples.digits(epochs: 60)
            let whole = try server.trained(request)
            let id = try server.train(request)
            try server.job(id, pastEpoch: 5)

            disk.fill()
            expectUnavailable(try refused(server))
            // What the store gives up for good fills up as well, sooner or later.
            let notReady = try wait(for: "the server not to be ready") {
                disk.fill()
                let reply = try server.get("/health/ready")
                return reply.status == 200 ? nil : reply
            }
            expectUnavailable(notReady)
            let csv = Array(("a,y\n" + String(repeating: "1,2\n", count: 100_000)).utf8)
            expectUnavailable(try server.put("/datasets/new", csv, contentType: "text/csv"))
            #expect(try server.get("/health/live").status == 200)
            #expect(try server.get("/predict?model=cnn&input=\(Samples.zero)").status == 200)
            #expect(try server.get("/jobs/\(id)").status == 200)

            disk.empty()
            try wait(for: "the server to be ready") { try server.get("/health/ready").status == 200 ? () : nil }
            #expect(try server.get("/datasets/new").status == 404)
            let job = try server.job(id, until: "succeeded")
            #expect(try job["weights_sha256"]?.string() == whole["weights_sha256"]?.string())
            #expect(try job.course == whole.course)
            #expect(try disk.folder.trainyard("check").status == 0)
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "needs the right to mount a small file system"))
    func `on a disk that can't be written no server starts, and all is well once it can be`() throws {
        try SmallDisk.mounted(megabytes: 16) { disk in
            let server = try TestServer(on: disk.folder)
            try server.define(Samples.line)
            server.stop()

            try disk.setWritable(false)
            try disk.folder.trainyard("serve", "--port", "0")
                .expectRefusal(status: 73, "--data \(disk.folder.path("data"))")
            try disk.setWritable(true)

            let again = try TestServer(on: disk.folder)
            #expect(try again.get("/models/line").status == 200)
            again.stop()
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "needs the right to mount a small file system"))
    func `where datasets lie on a disk of their own that is full, the server isn't ready until there is space`() throws
    {
        try SmallDisk.mounted(megabytes: 8) { disk in
            let folder = try TemporaryFolder()
            for path in [folder.path("data"), disk.folder.path("datasets")] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            }
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("data/datasets"),
                withDestinationPath: disk.folder.path("datasets")
            )
            let server = try TestServer(on: folder)
            defer { server.stop() }
            #expect(try server.get("/health/ready").status == 200)

            disk.fill()
            expectUnavailable(try server.get("/health/ready"))
            disk.empty()

            #expect(try server.get("/health/ready").status == 200)
        }
    }

    @Test func `while another program holds the database writes get 503, reads and predictions go on`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        try server.define(Samples.line)
        let other = try DatabaseQueue(path: folder.path("data/trainyard.sqlite"))

        try other.inDatabase { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            expectUnavailable(try server.post("/models", Samples.cnn()))
            expectUnavailable(try server.get("/health/ready"))
            #expect(try server.get("/models/line").status == 200)
            #expect(try server.get("/predict?model=line&input=[1,2]").status == 200)
            try database.execute(sql: "COMMIT")
        }

        #expect(try server.get("/health/ready").status == 200)
        #expect(try server.post("/models", Samples.cnn()).status == 201)
    }

    @Test func `data sent inline that has just been stored outlives the start of a second server`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        let store = folder.path("data/trainyard.sqlite")
        let database = try DatabaseQueue(path: store)
        func inline() throws -> [String] {
            try database.read { try String.fetchAll($0, sql: "SELECT name FROM datasets WHERE name LIKE 'inline-%'") }
        }
        // As between the storing of the data and the acceptance of its job: one now, one whose job never came.
        for (name, age) in [("inline-new", 0), ("inline-old", 3_600_000)] {
            let x = #"{"x": [[1, 2], [3, 4]], "y": [1, 2]}"#
            let path = "/datasets/\(name.dropFirst(7))"
            #expect(try server.put(path, Array(x.utf8), contentType: "application/json").status == 201)
            try database.write {
                try $0.execute(
                    sql: "UPDATE datasets SET name = ?, created_at = created_at - ? WHERE name = ?",
                    arguments: [name, age, String(name.dropFirst(7))]
                )
            }
            try RowChecksum.datasets.renewAll(inDatabase: store)
        }

        let second = try TestServer(on: folder)
        defer { second.stop() }
        try wait(for: "the old data to go") { try inline().contains("inline-old") ? nil : () }

        #expect(try inline() == ["inline-new"])
    }
}
