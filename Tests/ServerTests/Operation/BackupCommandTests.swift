import Foundation
import JSON
import Testing

/// `trainyard backup`, `restore`, `export` and `import`, with the real program.
struct BackupCommandTests {
    @Test func `a backup made while a job runs restores to everything that was accepted before it`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(Samples.cnn())
        let request = Samples.digits(epochs: 40)
        let whole = try server.trained(request)
        let running = try server.train(request)
        try server.job(running, pastEpoch: 1)

        let backup = try folder.trainyard("backup", folder.path("copy.tar"))
        #expect(backup.status == 0, "\(backup.errors)")
        #expect(try server.job(running, until: "succeeded")["version"]?.int() == 2)
        server.stop()
        let restored = try folder.trainyard("restore", folder.path("copy.tar"), data: "other/data")

        #expect(restored.status == 0, "\(restored.errors)")
        #expect(restored.text.contains("2 datasets"), "\(restored.text)")
        let other = try TestServer(on: TemporaryFolder(existing: folder.path("other")))
        defer { other.stop() }
        #expect(try other.get("/jobs/1").body == whole.body)
        let again = try other.job(running, until: "succeeded")
        #expect(try again["weights_sha256"]?.string() == whole["weights_sha256"]?.string())
    }

    @Test func `an exported model predicts the same under another name in another folder`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(Samples.cnn())
        _ = try server.trained(Samples.digits(epochs: 1))
        #expect(try server.curl("PUT", "/models/cnn/aliases/stable", json: #"{"version": 1}"#).status == 200)
        func answer(_ server: TestServer, _ model: String) throws -> JSONValue? {
            try server.get("/predict?model=\(model)&version=stable&input=\(Samples.zero)")["predictions"]
        }
        let before = try answer(server, "cnn")

        let exported = try folder.trainyard("export", "cnn", folder.path("cnn.model"))
        #expect(exported.status == 0, "\(exported.errors)")
        let imported = try folder.trainyard("import", folder.path("cnn.model"), "--as", "copy", data: "other/data")
        #expect(imported.status == 0, "\(imported.errors)")
        server.stop()

        let other = try TestServer(on: TemporaryFolder(existing: folder.path("other")))
        defer { other.stop() }
        #expect(before != nil)
        #expect(try answer(other, "copy") == before)
        #expect(try other.get("/models/copy/versions/stable")["metrics", "test_accuracy"] != nil)
    }

    @Test func `a model imported while a server runs is served at once`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        try server.define(Samples.line)

        #expect(try folder.trainyard("export", "line", folder.path("line.model")).status == 0)
        #expect(try folder.trainyard("import", folder.path("line.model"), "--as", "again").status == 0)

        #expect(try server.get("/predict?model=again&input=[1,2]").status == 200)
    }

    @Test func `what can't be done is one line with a status that says why`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(Samples.line)
        server.stop()
        let taken = try folder.write([1, 2, 3], to: "taken")

        for command in ["backup", "check", "export line"] {
            let words = command.split(separator: " ").map(String.init)
            let rest = command == "check" ? [] : [folder.path("new")]
            let outcome = try ChildProcess(TestServer.program, words + rest + ["--data", folder.path("none")]).wait()
            outcome.expectRefusal(status: 66, "\(folder.path("none")): it is not a data folder")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
        try folder.trainyard("backup", taken).expectRefusal(status: 73, taken)
        try folder.trainyard("backup", folder.path("no/such/place")).expectRefusal(status: 66, "no/such/place")
        try folder.trainyard("restore", taken, data: "new").expectRefusal(status: 65, taken)
        try folder.trainyard("restore", folder.path("none"), data: "new").expectRefusal(status: 66, folder.path("none"))
        try folder.trainyard("export", "none", folder.path("m")).expectRefusal(status: 66, #"model "none""#)
        try folder.trainyard("export", "line", taken).expectRefusal(status: 73, taken)
        try folder.trainyard("import", taken).expectRefusal(status: 65, taken)
        #expect(try folder.trainyard("export", "line", folder.path("line.model")).status == 0)
        try folder.trainyard("import", folder.path("line.model")).expectRefusal(status: 73, #"model "line""#)
        try folder.trainyard("import", folder.path("line.model"), "--as", "a/b").expectRefusal(status: 65, "a/b")
        for usage in [["backup"], ["restore"], ["export", "line"], ["check", "--reapir"]] {
            #expect(try ChildProcess(TestServer.program, usage).wait().status == 64)
        }
    }

    @Test func `a damaged backup is refused and leaves no folder`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(Samples.line)
        server.stop()
        let file = folder.path("copy.tar")
        #expect(try folder.trainyard("backup", file).status == 0)
        var bytes = try #require(FileManager.default.contents(atPath: file))
        bytes[bytes.count / 2] ^= 1
        _ = try folder.write(Array(bytes), to: "copy.tar")

        try folder.trainyard("restore", file, data: "new").expectRefusal(status: 65, file)

        #expect(!FileManager.default.fileExists(atPath: folder.path("new")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == ["copy.tar", "data"])
    }
}
