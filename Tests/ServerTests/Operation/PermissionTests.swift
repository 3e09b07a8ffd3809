import Foundation
import JSON
import Testing

/// Who may read what the program writes.
struct PermissionTests {
    /// The modes of a folder and all in it, by path within it.
    private func modes(_ path: String) throws -> [String: Int] {
        var modes: [String: Int] = [:]
        for entry in [""] + (try FileManager.default.subpathsOfDirectory(atPath: path)) {
            var status = stat()
            // A temporary file may be gone meanwhile.
            if lstat(path + "/" + entry, &status) == 0 { modes[entry] = Int(status.st_mode & 0o777) }
        }
        return modes
    }

    private func isFolder(_ name: String) -> Bool { ["", "datasets", "checkpoints"].contains(name) }

    /// Starts the server under a umask.
    private func server(on folder: TemporaryFolder, umask: String, _ flags: [String] = []) throws -> TestServer {
        let program = ["/bin/sh", "-c", "umask \(umask) && exec \"$@\"", "sh", TestServer.program]
        return try TestServer(on: folder, ["--checkpoint-interval", "0.05"] + flags, program: program)
    }

    @Test(
        arguments: [
            ("022", [], 0o700, 0o600), ("000", [], 0o700, 0o600), ("077", [], 0o700, 0o600),
            ("000", ["--data-mode", "0750"], 0o750, 0o640), ("077", ["--data-mode", "750"], 0o750, 0o640),
            ("022", ["--data-mode", "0770"], 0o770, 0o660),
        ] as [(String, [String], Int, Int)]
    )
    func `every folder and file has the mode that is asked for, whatever the umask`(
        umask: String,
        flags: [String],
        folderMode: Int,
        fileMode: Int
    ) throws {
        let folder = try TemporaryFolder()
        let server = try server(on: folder, umask: umask, flags)
        defer { server.stop() }
        #expect(try server.put("/datasets/d", Array("a,y\n1,2\n3,4\n".utf8), contentType: "text/csv").status == 201)
        try server.define(Samples.cnn())
        let job = try server.train(Samples.digits(epochs: 100_000))
        let modes = try wait(for: "a checkpoint") {
            let found = try self.modes(server.data.path)
            return found.keys.contains { $0.hasPrefix("checkpoints/") } ? found : nil
        }
        for name in ["", "datasets", "checkpoints", "trainyard.sqlite", "trainyard.sqlite-wal", "trainyard.lock"] {
            #expect(modes[name] != nil, "\(name)")
        }
        #expect(modes.keys.count { $0.hasPrefix("datasets/") } >= 3)
        for (name, mode) in modes {
            #expect(mode == (isFolder(name) ? folderMode : fileMode), "\(name): \(String(mode, radix: 8))")
        }
        #expect(try server.post("/jobs/\(job)/cancel").status == 200)
    }

    @Test(arguments: ["022", "000"])
    func `what the other commands write is its owner's alone`(umask: String) throws {
        let folder = try TemporaryFolder()
        let server = try server(on: folder, umask: umask)
        try server.define(Samples.line)
        func trainyard(_ arguments: String...) throws {
            let script = ["/bin/sh", "-c", "umask \(umask) && exec \"$@\"", "sh", TestServer.program]
            let outcome = try ChildProcess(script[0], Array(script.dropFirst()) + arguments).wait()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try trainyard("backup", folder.path("backup.tar"), "--data", server.data.path)
        try trainyard("export", "line", folder.path("line.model"), "--data", server.data.path)
        server.stop()
        try trainyard("restore", folder.path("backup.tar"), "--data", folder.path("restored"))
        try trainyard("restore", folder.path("backup.tar"), "--data", folder.path("shared"), "--data-mode", "0750")
        try trainyard("import", folder.path("line.model"), "--data", folder.path("imported"))

        let all = try modes(folder.url.path)
        #expect(all["backup.tar"] == 0o600 && all["line.model"] == 0o600)
        #expect(!all.keys.contains { $0.hasSuffix("part") }, "\(all.keys)")
        for (name, shared) in [("restored", false), ("imported", false), ("shared", true)] {
            for (entry, mode) in try modes(folder.path(name)) {
                let wanted = isFolder(entry) ? (shared ? 0o750 : 0o700) : (shared ? 0o640 : 0o600)
                #expect(mode == wanted, "\(name)/\(entry): \(String(mode, radix: 8))")
            }
        }
        let list = try ChildProcess("/usr/bin/env", ["tar", "-tvf", folder.path("backup.tar")]).wait()
        #expect(list.text.split(separator: "\n").allSatisfy { $0.hasPrefix("-rw------- ") }, "\(list.text)")
    }

    /// Lets everybody in, as earlier releases did under the usual umask.
    private func open(_ path: String) throws {
        for entry in try modes(path).keys {
            #expect(chmod(path + "/" + entry, isFolder(entry) ? 0o2755 : 0o644) == 0)
        }
    }

    @Test func `a folder that was open is tightened at the start, and the log says so`() throws {
        let folder = try TemporaryFolder()
        try server(on: folder, umask: "022").stop()
        let data = folder.path("data")
        try open(data)

        let server = try server(on: folder, umask: "022")
        for (entry, mode) in try modes(data) { #expect(mode == (isFolder(entry) ? 0o700 : 0o600), "\(entry)") }
        var status = stat()
        #expect(stat(data, &status) == 0 && status.st_mode & 0o7000 == 0o2000, "other bits stay")
        #expect(server.process.errors.contains("the modes in the data folder were changed"))
        server.stop()

        let again = try self.server(on: folder, umask: "022")
        #expect(!again.process.errors.contains("the modes in the data folder"))
        again.stop()
        let shared = try self.server(on: folder, umask: "022", ["--data-mode", "0750"])
        for (entry, mode) in try modes(data) { #expect(mode == (isFolder(entry) ? 0o750 : 0o640), "\(entry)") }
        // A command beside the server leaves them as the server has made them.
        #expect(try folder.trainyard("check").status == 0)
        for (entry, mode) in try modes(data) { #expect(mode == (isFolder(entry) ? 0o750 : 0o640), "\(entry)") }
        shared.stop()
    }

    @Test(arguments: [0o1777, 0o755] as [UInt32])
    func `a folder that is not the program's alone keeps its mode, and its files are closed`(mode: UInt32) throws {
        let folder = try TemporaryFolder()
        let data = folder.path("data")
        try FileManager.default.createDirectory(atPath: data + "/other", withIntermediateDirectories: true)
        if mode == 0o1777 { try FileManager.default.removeItem(atPath: data + "/other") }
        #expect(chmod(data, mode) == 0)

        let server = try server(on: folder, umask: "022")
        defer { server.stop() }
        let modes = try self.modes(data)
        #expect(modes[""] == Int(mode & 0o777))
        for (entry, mode) in modes where entry != "" && entry != "other" {
            #expect(mode & 0o077 == 0, "\(entry)")
        }
        #expect(server.process.errors.contains("a mode in the data folder stays as it is"))
    }

    @Test(arguments: ["0650", "7", "0o750", "755x", "01777", "999", "-750"])
    func `a mode that is none is one line and status 64`(mode: String) throws {
        let sentence = "--data-mode: expected an octal mode from 0700 to 0777"
        try ChildProcess(TestServer.program, ["serve", "--data-mode=\(mode)"]).wait()
            .expectRefusal(status: 64, sentence)
        try ChildProcess(TestServer.program, ["restore", "x", "--data-mode=\(mode)"]).wait()
            .expectRefusal(status: 64, sentence)
    }
}
