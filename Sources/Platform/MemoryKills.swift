import Foundation
import Glibc

/// How often the kernel has killed a process because there was no memory left, as far as it tells.
///
/// Two counts of one boot say whether there was such a kill between them: in the own control group where it is the same
/// one, else anywhere on the machine.
package struct MemoryKills: Sendable, Equatable {
    /// Which boot of the machine the counts belong to.
    package let boot: String
    /// The control group of this process, by device and number of its folder; nil where it can't be seen.
    package let group: String?
    /// The kills in that group.
    package let inGroup: Int?
    /// The kills on the machine.
    package let onMachine: Int?

    /// Counts that were kept.
    package init(boot: String, group: String?, inGroup: Int?, onMachine: Int?) {
        (self.boot, self.group, self.inGroup, self.onMachine) = (boot, group, inGroup, onMachine)
    }

    /// The counts as they are now.
    ///
    /// - Parameter root: The folder that holds `proc` and `sys`.
    package init(root: String = "/") {
        let root = root.hasSuffix("/") ? String(root.dropLast()) : root
        boot = Self.lines(root + "/proc/sys/kernel/random/boot_id").first.map(String.init) ?? ""
        onMachine = Self.count(in: root + "/proc/vmstat")
        var found: (group: String, count: Int)?
        for folder in ControlGroup.memoryFolders(root: root) {
            // Of version 2, and of version 1.
            for file in ["memory.events", "memory.oom_control"] {
                guard let count = Self.count(in: "\(folder)/\(file)"), let group = Self.identity(of: folder) else {
                    continue
                }
                found = (group, count)
            }
        }
        (group, inGroup) = (found?.group, found?.count)
    }

    /// Whether there was a kill after earlier counts; nil where it can't be told.
    package func areMore(than earlier: MemoryKills) -> Bool? {
        guard boot == earlier.boot else { return nil }
        if let group, group == earlier.group, let inGroup, let before = earlier.inGroup { return inGroup > before }
        if let onMachine, let before = earlier.onMachine { return onMachine > before }
        return nil
    }

    private static func count(in file: String) -> Int? {
        lines(file).first { $0.hasPrefix("oom_kill ") }.flatMap { Int($0.dropFirst("oom_kill ".count)) }
    }

    private static func identity(of folder: String) -> String? {
        var status = stat()
        return stat(folder, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : nil
    }

    private static func lines(_ path: String) -> [Substring] {
        (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    }
}
