import Foundation

/// The limits that control groups, and so a container or a unit, set on this process (cgroups(7)).
///
/// Both versions are read, also side by side: a limit may stand at the process's own group or at any group above it that
/// can be seen, and the least one counts.
package struct ControlGroup: Sendable, Equatable {
    /// The processor time, as a number of processors, such as 1.5; nil where nothing limits it.
    package private(set) var processors: Double?
    /// The bytes of memory; nil where nothing limits them.
    package private(set) var memoryBytes: Int?

    /// Version 1 says "no limit" with the greatest number of whole pages; nothing real comes near.
    private static let unlimitedBytes = 1 << 60

    /// Reads the limits; what can't be read is no limit.
    ///
    /// - Parameter root: The folder that holds `proc` and `sys`.
    package init(root: String = "/") {
        for (folder, controllers) in Self.folders(root: root) { lower(by: folder, controllers: controllers) }
    }

    /// The folders of the groups that may count this process's memory, the own one last.
    ///
    /// - Parameter root: The folder that holds `proc` and `sys`.
    /// - Returns: Their paths.
    static func memoryFolders(root: String) -> [String] {
        folders(root: root).filter { $0.controllers?.contains("memory") ?? true }.map(\.path)
    }

    /// The folders of all groups of this process, of each hierarchy the own one last, with the controllers of version 1.
    private static func folders(root: String) -> [(path: String, controllers: Set<String>?)] {
        let root = root.hasSuffix("/") ? String(root.dropLast()) : root
        let memberships = lines(root + "/proc/self/cgroup").compactMap(Membership.init)
        let mounts = lines(root + "/proc/self/mountinfo").compactMap(Mount.init)
        return mounts.flatMap { mount -> [(path: String, controllers: Set<String>?)] in
            guard let membership = memberships.first(where: mount.serves) else { return [] }
            return mount.folders(of: membership.path).map { (root + $0, mount.controllers) }
        }
    }

    private mutating func lower(by folder: String, controllers: Set<String>?) {
        func number(_ file: String) -> Double? { Self.lines("\(folder)/\(file)").first.flatMap { Double($0) } }
        if let controllers {
            if controllers.contains("cpu"), let quota = number("cpu.cfs_quota_us"), quota > 0,
                let period = number("cpu.cfs_period_us"), period > 0
            {
                lower(processors: quota / period)
            }
            if controllers.contains("memory"), let bytes = number("memory.limit_in_bytes") { lower(memoryBytes: bytes) }
            return
        }
        // Version 2 writes "max" in place of a number where there is no limit.
        let time = Self.lines(folder + "/cpu.max").first?.split(separator: " ").compactMap { Double($0) } ?? []
        if time.count == 2, time[0] > 0, time[1] > 0 { lower(processors: time[0] / time[1]) }
        for file in ["memory.max", "memory.high"] { number(file).map { lower(memoryBytes: $0) } }
    }

    private mutating func lower(processors found: Double) { processors = min(processors ?? found, found) }

    private mutating func lower(memoryBytes found: Double) {
        guard found > 0, found < Double(Self.unlimitedBytes) else { return }
        memoryBytes = min(memoryBytes ?? Int(found), Int(found))
    }

    private static func lines(_ path: String) -> [Substring] {
        (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    }
}

/// The group of one hierarchy that this process is in: a line of `/proc/self/cgroup`.
private struct Membership {
    /// The controllers of a hierarchy of version 1; nil for the one of version 2.
    let controllers: Set<String>?
    let path: String

    init?(_ line: Substring) {
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        controllers = parts[0] == "0" ? nil : Set(parts[1].split(separator: ",").map(String.init))
        path = String(parts[2])
    }
}

/// Where a hierarchy can be seen: a line of `/proc/self/mountinfo`.
private struct Mount {
    /// The controllers of a hierarchy of version 1; nil for the one of version 2.
    let controllers: Set<String>?
    /// The group that lies at the mount point.
    private let top: String
    private let point: String

    init?(_ line: Substring) {
        let fields = line.split(separator: " ")
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
        switch fields[dash + 1] {
        case "cgroup": controllers = Set(fields[dash + 3].split(separator: ",").map(String.init))
        case "cgroup2": controllers = nil
        default: return nil
        }
        top = String(fields[3])
        point = String(fields[4])
    }

    /// Whether it shows the hierarchy of a membership.
    func serves(_ membership: Membership) -> Bool {
        guard let controllers, let others = membership.controllers else {
            return controllers == nil && membership.controllers == nil
        }
        return !others.isDisjoint(with: controllers)
    }

    /// The folder of a group and of those above it, up to the mount point.
    func folders(of group: String) -> [String] {
        let below = top == "/" ? group : group.hasPrefix(top + "/") ? String(group.dropFirst(top.count)) : ""
        // A group outside of what is mounted here is shown with "..", and can't be seen.
        let names = below.split(separator: "/")
        guard !names.contains("..") else { return [point] }
        return (0...names.count).map { ([point] + names.prefix($0).map(String.init)).joined(separator: "/") }
    }
}
