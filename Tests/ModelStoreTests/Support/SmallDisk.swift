import Foundation

/// A file system of a few megabytes in memory, mounted for one test; needs the right to mount.
struct SmallDisk {
    let path: String

    static let isAvailable: Bool = {
        guard getuid() == 0, let folder = try? ScratchFolder() else { return false }
        guard run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path) else { return false }
        return run("umount", folder.path)
    }()

    /// Runs `body` with a new disk, which is gone afterwards.
    static func mounted(megabytes: Int, _ body: (SmallDisk) throws -> Void) throws {
        let disk = SmallDisk(path: try ScratchFolder().path)
        guard run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", disk.path) else {
            throw CocoaError(.fileWriteUnknown)
        }
        // Lazily: the store of the test may still have its files open.
        defer { _ = run("umount", "--lazy", disk.path) }
        try body(disk)
    }

    func makeReadOnly() -> Bool {
        Self.run("mount", "-o", "remount,ro", path)
    }

    /// Takes up space, as much as there is if that is less, in a file; returns its path.
    func occupy(kilobytes: Int = .max) -> String {
        let path = path + "/occupied"
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        let block = [UInt8](repeating: 1, count: 1024)
        var written = 0
        while written < kilobytes, write(descriptor, block, block.count) == block.count { written += 1 }
        close(descriptor)
        return path
    }

    private static func run(_ command: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
