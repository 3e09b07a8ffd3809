import Foundation
import GRDB
import JSON
import Testing

/// What clients see of things whose stored bytes have changed.
struct DamageTests {
    private let line = """
        {"name": "one", "input_shape": [1], "layers": [
          {"type": "Dense", "units": 1, "use_bias": false, "kernel_initializer": "ones", "activation": "relu"}]}
        """

    /// Replaces bytes in the files of a folder that hold them; returns in how many.
    private func replace(_ old: [UInt8], by new: [UInt8], in folder: URL) throws -> Int {
        var count = 0
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        where !file.hasDirectoryPath {
            var content = try Data(contentsOf: file)
            guard let range = content.range(of: Data(old)) else { continue }
            content.replaceSubrange(range, with: new)
            let handle = try FileHandle(forUpdating: file)
            try handle.write(contentsOf: content)
            try handle.close()
            count += 1
        }
        return count
    }

    private func bytes(_ numbers: Float...) -> [UInt8] { numbers.flatMap { withUnsafeBytes(of: $0) { Array($0) } } }

    @Test func `a damaged definition is named, by the check too, and other models go on`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(line)
        try server.define(Samples.line)
        server.stop()
        #expect(try replace(Array(#""relu""#.utf8), by: Array(#""selu""#.utf8), in: server.data) == 1)

        let again = try TestServer(on: folder)
        defer { again.stop() }
        for path in ["/predict?model=one&input=[-1]", "/models/one", "/models/one/weights"] {
            let reply = try again.get(path)
            #expect(
                reply.status == 500 && reply.text.contains(#"model \"one\": what is stored of it is damaged"#),
                "\(reply.text)"
            )
        }
        #expect(try again.get("/predict?model=line&input=[1,2]").status == 200)
        let found = try folder.trainyard("check")
        #expect(found.status == 1 && found.text.contains(#"model "one": "#), "\(found.text)")
        #expect(try again.curl("DELETE", "/models/one").status == 204)
        try again.define(line)
        #expect(try folder.trainyard("check").status == 0)
    }

    @Test func `a damaged dataset is refused at the request that names it, until it is uploaded again`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        try server.define(line)
        let csv = Array("x,y\n7654321,3\n8,4\n".utf8)
        let request = #"{"model": "one", "dataset": "d", "loss": "mse"}"#
        func upload() throws {
            #expect(try [200, 201].contains(server.put("/datasets/d", csv, contentType: "text/csv").status))
        }
        try upload()

        #expect(try replace(bytes(7_654_321), by: bytes(9), in: server.data.appending(path: "datasets")) == 1)

        let reply = try server.post("/train", request)
        #expect(reply.status == 422, "\(reply.text)")
        #expect(reply.faults.contains { $0.hasPrefix(#"/dataset dataset "d": the content of its file has changed"#) })
        try upload()
        _ = try server.trained(request)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path("data/datasets")) {
            #expect(truncate(folder.path("data/datasets/\(file)"), 70) == 0)
        }
        let short = try server.post("/train", request)
        #expect(short.status == 422 && short.text.contains("its file has 70 bytes"), "\(short.text)")
    }

    @Test func `a waiting job whose inline data is damaged fails and says so`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(line)
        try server.define(Samples.cnn())
        let busy = try server.train(Samples.digits(epochs: 1_000_000))
        try server.job(busy, pastEpoch: 1)
        let id = try server.train(#"{"model": "one", "data": {"x": [[7654321], [8]], "y": [1, 2]}, "loss": "mse"}"#)
        server.stop()
        #expect(try replace(bytes(7_654_321), by: bytes(9), in: server.data.appending(path: "datasets")) == 1)

        let again = try TestServer(on: folder)
        defer { again.stop() }
        #expect(try again.post("/jobs/\(busy)/cancel").status < 300)
        let job = try again.job(id, until: "failed")

        #expect(
            try job["error", "detail"]?.string().contains("the data that came with the request are damaged") == true
        )
        #expect(try again.get("/models/one").status == 200)
    }

    @Test func `a database that can't be opened is what the check has found`() throws {
        let folder = try TemporaryFolder()
        try TestServer(on: folder).stop()
        try DatabaseQueue(path: folder.path("data/trainyard.sqlite")).writeWithoutTransaction {
            try $0.execute(sql: "DROP INDEX jobs_by_model")
        }

        let found = try folder.trainyard("check")

        #expect(found.status == 1)
        #expect(found.text.contains("its schema is damaged, at index jobs_by_model"), "\(found.text)")
        try folder.trainyard("serve", "--port", "0").expectRefusal(status: 65, "its schema is damaged")
    }

    @Test func `a data folder that is gone is 503 and not ready, and comes back`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        try server.define(Samples.line)
        #expect(try server.get("/predict?model=line&input=[1,2]").status == 200)
        #expect(rename(folder.path("data"), folder.path("away")) == 0)

        let csv = Array("x,y\n7654321,3\n8,4\n".utf8)
        for reply in [
            try server.get("/health/ready"), try server.get("/models/line"), try server.get("/models/none"),
            try server.get("/datasets/digits"), try server.get("/jobs/1"), try server.post("/models", line),
            try server.get("/predict?model=none&input=[1,2]"), try server.curl("DELETE", "/models/line"),
            try server.put("/datasets/d", csv, contentType: "text/csv"),
            try server.post("/train", #"{"model": "line", "dataset": "digits", "loss": "mse"}"#),
        ] {
            #expect(reply.status == 503, "\(reply.text)")
            #expect(reply.fields["retry-after"] != nil)
        }
        #expect(try server.get("/predict?model=line&input=[1,2]").status == 200)

        #expect(rename(folder.path("away"), folder.path("data")) == 0)
        #expect(try server.get("/health/ready").status == 200)
        #expect(try server.post("/models", line).status == 201)
        #expect(try server.get("/models/none").status == 404)
        #expect(try folder.trainyard("check").status == 0)
    }

    @Test func `a backup that fails or is killed leaves nothing that the next one doesn't remove`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(line)
        server.stop()
        try FileManager.default.createDirectory(atPath: folder.path("backups"), withIntermediateDirectories: false)
        let file = folder.path("backups/b.tar")
        func entries() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path("backups"))
        }

        // Files of at most 60 blocks of 1024 bytes.
        let limited = "ulimit -f 60; exec \"$0\" backup \"$1\" --data \"$2\""
        let outcome = try ChildProcess(
            "/usr/bin/env",
            ["bash", "-c", limited, TestServer.program, file, folder.path("data")]
        )
        .wait()
        outcome.expectRefusal(status: 74, "Store.backup(to:)")
        #expect(try entries().isEmpty)
        // As a program leaves them that is killed.
        for name in ["b.tar.ab12.part", "b.tar.ab12.sqlite-part", "b.tar.ab12.sqlite-part-journal", "b.tar.mine"] {
            _ = try folder.write([1], to: "backups/\(name)")
        }
        #expect(try folder.trainyard("backup", file).status == 0)

        #expect(try entries().sorted() == ["b.tar", "b.tar.mine"])
    }
}
