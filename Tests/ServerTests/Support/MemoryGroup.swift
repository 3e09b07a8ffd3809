import Foundation
import Testing

/// A control group of its own with a limit on its memory, of version 2 or 1; needs the right to make one.
final class MemoryGroup {
    private let folder: String

    /// Where groups can be made, and the files that bound one; nil where this user may not.
    private static let place: (parent: String, limit: String)? = {
        guard getuid() == 0 else { return nil }
        let places = [("/sys/fs/cgroup", "memory.max"), ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")]
        return places.first { parent, limit in
            let trial = "\(parent)/trainyard-trial-\(UUID().uuidString)"
            guard mkdir(trial, 0o755) == 0 else { return false }
            defer { rmdir(trial) }
            return FileManager.default.isWritableFile(atPath: "\(trial)/\(limit)")
        }
    }()

    /// Whether groups with a limit can be made here.
    static var isAvailable: Bool { place != nil }

    /// A new group.
    init(megabytes: Int) throws {
        let place = try #require(Self.place)
        folder = "\(place.parent)/trainyard-test-\(UUID().uuidString)"
        try #require(mkdir(folder, 0o755) == 0)
        try write("\(megabytes << 20)", to: place.limit)
    }

    deinit { rmdir(folder) }

    /// The command that runs a program in the group.
    func command(_ program: String) -> [String] {
        ["/bin/bash", "-c", "echo $$ > '\(folder)/cgroup.procs' && exec \"$0\" \"$@\"", program]
    }

    private func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(file)"))
    }
}
