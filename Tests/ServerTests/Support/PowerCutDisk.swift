import Foundation
import Testing

/// A folder that stands for a disk under the programs that run with `environment`: a cut leaves of it what was synchronized.
///
/// `Tests/PowerCut/PowerCut.c` says how what is durable is kept; here it is made a disk again.
final class PowerCutDisk {
    /// What a cut leaves beside what was synchronized.
    enum Leftovers {
        /// Nothing.
        case none
        /// Of each folder all its names as they were, or none that is new; of each file any blocks as they were: the kernel may
        /// have written them of its own accord.
        case some
    }

    private let all: TemporaryFolder
    private var random = SystemRandomNumberGenerator()

    /// What is on the disk.
    let folder: TemporaryFolder

    /// Where the next programs' synchronizations and answers are told, a line each.
    var log: [String] {
        let bytes = FileManager.default.contents(atPath: all.path("log")) ?? Data()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// What a program on this disk must have in its environment.
    var environment: [String: String] {
        [
            "LD_PRELOAD": Self.library, "POWERCUT_DISK": all.path("disk"), "POWERCUT_SHADOW": all.path("shadow"),
            "POWERCUT_LOG": all.path("log"), "POWERCUT_FAILS": all.path("fails"),
        ]
    }

    /// The library, which is built beside the program.
    private static let library = URL(filePath: TestServer.program).deletingLastPathComponent()
        .appending(path: "libPowerCut.so").path

    /// An empty disk.
    init() throws {
        all = try TemporaryFolder()
        folder = TemporaryFolder(existing: all.path("disk"))
        try FileManager.default.createDirectory(atPath: all.path("disk"), withIntermediateDirectories: false)
        try beginAnew()
    }

    /// Has the synchronization of everything fail whose path ends with a text; nil has the disk be well again.
    func fail(synchronizing end: String?) throws {
        let mark = all.path("fails")
        guard let end else {
            try FileManager.default.removeItem(atPath: mark)
            return
        }
        try Data(end.utf8).write(to: URL(filePath: mark), options: .atomic)
    }

    /// Cuts the power, when no program is running any more; what remains on the disk is durable afterwards.
    func cut(leaving leftovers: Leftovers = .none) throws {
        try FileManager.default.createDirectory(atPath: all.path("remains"), withIntermediateDirectories: false)
        try restore(all.path("disk"), to: all.path("remains"), leftovers)
        try FileManager.default.removeItem(atPath: all.path("disk"))
        try FileManager.default.moveItem(atPath: all.path("remains"), toPath: all.path("disk"))
        try beginAnew()
    }

    /// Makes all that is on the disk durable, and forgets what was.
    func beginAnew() throws {
        try? FileManager.default.removeItem(atPath: all.path("shadow"))
        try FileManager.default.createDirectory(atPath: all.path("shadow/held"), withIntermediateDirectories: true)
        try adopt(all.path("disk"))
    }

    private func shadow(_ inode: UInt64, _ suffix: String = "") -> String { all.path("shadow/\(inode)\(suffix)") }

    private func adopt(_ folder: String) throws {
        let names = try Self.names(in: folder)
        for name in names {
            let path = folder + "/" + name.name
            if name.isFolder {
                try adopt(path)
            } else {
                try FileManager.default.copyItem(atPath: path, toPath: shadow(name.inode))
                try FileManager.default.linkItem(atPath: path, toPath: all.path("shadow/held/\(name.inode)"))
            }
        }
        let lines = names.map { "\($0.inode) \($0.isFolder ? "d" : "f") \($0.name)\n" }.joined()
        try Data(lines.utf8).write(to: URL(filePath: shadow(Self.inode(of: folder), ".names")))
    }

    /// Fills a folder with what a cut leaves of one, of which the path tells only what stands there now.
    private func restore(_ folder: String, inode: UInt64? = nil, to target: String, _ leftovers: Leftovers) throws {
        let present = try? Self.inode(of: folder)
        let inode = try inode ?? Self.inode(of: folder)
        let takesNow = present == inode && leftovers == .some && Bool.random(using: &random)
        for name in takesNow ? try Self.names(in: folder) : try durableNames(inode) {
            let path = target + "/" + name.name
            if name.isFolder {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                try restore(folder + "/" + name.name, inode: name.inode, to: path, leftovers)
            } else {
                try content(of: name.inode, at: folder + "/" + name.name, leftovers).write(to: URL(filePath: path))
            }
        }
    }

    private func durableNames(_ inode: UInt64) throws -> [Name] {
        guard let bytes = FileManager.default.contents(atPath: shadow(inode, ".names")) else { return [] }
        return try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 2)
            return Name(name: String(parts[2]), inode: try #require(UInt64(parts[0])), isFolder: parts[1] == "d")
        }
    }

    /// The bytes of a file: those that were synchronized, none where it never was.
    private func content(of inode: UInt64, at path: String, _ leftovers: Leftovers) throws -> Data {
        let durable = FileManager.default.contents(atPath: shadow(inode)) ?? Data()
        guard leftovers == .some else { return durable }
        let held = FileManager.default.contents(atPath: all.path("shadow/held/\(inode)"))
        guard let now = held ?? FileManager.default.contents(atPath: path), now != durable else { return durable }
        var mixed = Bool.random(using: &random) ? now : durable
        let block = 4096
        for start in stride(from: 0, to: mixed.count, by: block) where Bool.random(using: &random) {
            let end = min(start + block, mixed.count, durable.count, now.count)
            guard start < end else { break }
            mixed.replaceSubrange(start..<end, with: (Bool.random(using: &random) ? now : durable)[start..<end])
        }
        return mixed
    }

    private struct Name {
        let name: String
        let inode: UInt64
        let isFolder: Bool
    }

    private static func names(in folder: String) throws -> [Name] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            let status = try status(of: folder + "/" + name)
            return Name(name: name, inode: UInt64(status.st_ino), isFolder: status.st_mode & S_IFMT == S_IFDIR)
        }
    }

    private static func inode(of path: String) throws -> UInt64 { UInt64(try status(of: path).st_ino) }

    private static func status(of path: String) throws -> stat {
        var status = stat()
        try #require(lstat(path, &status) == 0, "\(path)")
        return status
    }
}
