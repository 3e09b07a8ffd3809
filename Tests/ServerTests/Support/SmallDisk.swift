import Foundation
import Testing

/// A file system of a few megabytes in memory, mounted for one test; needs the right to mount.
struct SmallDisk {
    /// The folder that holds it.
    let folder: TemporaryFolder

    /// Whether this user may mount.
    static let isAvailable: Bool = {
        guard getuid() == 0, let folder = try? TemporaryFolder() else { return false }
        guard run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.url.path) else { return false }
        return run("umount", folder.url.path)
    }()

    /// Runs a body with a new disk, which is gone afterwards.
    static func mounted(megabytes: Int, _ body: (SmallDisk) throws -> Void) throws {
        let disk = SmallDisk(folder: try TemporaryFolder())
        let path = disk.folder.url.path
        try #require(run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path))
        defer { _ = run("umount", "--lazy", path) }
        try body(disk)
    }

    /// Lets nobody write to it any more, or again; nothing on it may be open for writing.
    func setWritable(_ isWritable: Bool) throws {
        try #require(Self.run("mount", "-o", isWritable ? "remount,rw" : "remount,ro", folder.url.path))
    }

    /// Takes up all the space that is left.
    func fill() {
        let descriptor = open(folder.path("filler"), O_WRONLY | O_CREAT | O_APPEND, 0o644)
        let block = [UInt8](repeating: 1, count: 1024)
        while write(descriptor, block, block.count) == block.count {}
        close(descriptor)
    }

    /// Gives the space back.
    func empty() { unlink(folder.path("filler")) }

    private static func run(_ command: String...) -> Bool {
        (try? ChildProcess("/usr/bin/env", command).wait().status) == 0
    }
}
