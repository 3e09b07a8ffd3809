import Foundation
import JSON
import Testing

/// Two servers, or a server and commands, on one data folder.
struct SharedFolderTests {
    private func model(_ initializer: String) -> String {
        """
        {"name": "m", "input_shape": [1], "layers": [
          {"type": "Dense", "name": "d", "units": 1, "use_bias": false, "kernel_initializer": "\(initializer)"}]}
        """
    }

    private func trained(_ server: TestServer) throws -> Int {
        let request = #"{"model": "m", "data": {"x": [[1]], "y": [5]}, "loss": "mse", "initial_version": 0}"#
        return try #require(try server.trained(request)["version"]?.int())
    }

    /// Waits until a server answers an input of 1 so; a second or two.
    private func expect(_ server: TestServer, _ status: Int, _ text: String, version: String = "") throws {
        try wait(for: "\(text) by version \(version)") {
            let reply = try server.get("/predict?model=m&input=[1]" + (version.isEmpty ? "" : "&version=\(version)"))
            return reply.status == status && reply.text.contains(text) ? () : nil
        }
    }

    @Test func `what one server removes or makes anew under a name is followed by the other, under every reference`()
        throws
    {
        let folder = try TemporaryFolder()
        let first = try TestServer(on: folder)
        defer { first.stop() }
        let second = try TestServer(on: folder)
        defer { second.stop() }
        try first.define(model("ones"))
        for server in [first, second] {
            for version in ["", "0"] { try expect(server, 200, "[[1.0]]", version: version) }
        }

        #expect(try first.curl("DELETE", "/models/m").status == 204)
        for version in ["", "0"] { try expect(second, 404, "model", version: version) }
        try first.define(model("zeros"))
        for version in ["", "0"] { try expect(second, 200, "[[0.0]]", version: version) }

        #expect(try trained(first) == 1)
        #expect(try first.curl("PUT", "/models/m/aliases/stable", json: #"{"version": 1}"#).status == 200)
        for version in ["", "1", "stable"] { try expect(second, 200, "\"version\":1", version: version) }
        #expect(try folder.trainyard("export", "m", folder.path("m.model")).status == 0)
        #expect(try first.curl("DELETE", "/models/m/aliases/stable").status == 204)
        try expect(second, 404, "stable", version: "stable")
        #expect(try first.curl("DELETE", "/models/m/versions/1").status == 204)
        try expect(second, 404, "version 1", version: "1")
        try expect(second, 200, "[[0.0]]")

        #expect(try first.curl("DELETE", "/models/m").status == 204)
        try first.define(model("ones"))
        try expect(second, 200, "[[1.0]]")
        #expect(try first.curl("DELETE", "/models/m").status == 204)
        #expect(try folder.trainyard("import", folder.path("m.model")).status == 0)
        for server in [first, second] {
            for version in ["", "1", "stable"] { try expect(server, 200, "\"version\":1", version: version) }
        }
    }

    @Test func `a command that ends leaves the log to the server, which loses nothing when it is killed`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        try server.define(Samples.line)
        #expect(try folder.trainyard("check").status == 0)
        #expect(try folder.trainyard("export", "line", folder.path("line.model")).status == 0)

        #expect(FileManager.default.fileExists(atPath: folder.path("data/trainyard.sqlite-wal")))
        try server.define(Samples.cnn())
        let again = try server.restarted(killing: true)
        defer { again.stop() }

        #expect(try again.get("/models/cnn").status == 200)
    }
}
