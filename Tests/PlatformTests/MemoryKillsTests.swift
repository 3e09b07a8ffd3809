import Foundation
import Platform
import Testing

/// Counts of kills for memory, read from files laid out as the kernel shows them.
struct MemoryKillsTests {
    private let root = FileManager.default.temporaryDirectory.appending(path: "trainyard-tests-\(UUID().uuidString)")

    private func write(_ text: String, to path: String) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// The counts of a machine with these kills; nil for what it doesn't tell.
    private func kills(machine: Int?, group: Int?, in folder: String = "unit", boot: String = "b") throws -> MemoryKills
    {
        try? FileManager.default.removeItem(at: root.appending(path: "proc"))
        try write(boot + "\n", to: "proc/sys/kernel/random/boot_id")
        try write("0::/\(folder)\n", to: "proc/self/cgroup")
        try write("31 25 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", to: "proc/self/mountinfo")
        if let machine { try write("pgfault 12\noom_kill \(machine)\n", to: "proc/vmstat") }
        let events = "sys/fs/cgroup/\(folder)/memory.events"
        if let group { try write("low 0\nmax 4\noom 2\noom_kill \(group)\noom_group_kill 0\n", to: events) }
        defer { if group != nil { try? FileManager.default.removeItem(at: root.appending(path: events)) } }
        return MemoryKills(root: root.path)
    }

    @Test func `the count of the same group decides, whatever happens on the machine`() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        let before = try kills(machine: 3, group: 1)
        #expect(before.inGroup == 1 && before.onMachine == 3)
        #expect(try kills(machine: 9, group: 1).areMore(than: before) == false)
        #expect(try kills(machine: 9, group: 2).areMore(than: before) == true)
    }

    @Test func `in another group, as of a container that was started again, that of the machine does`() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        let before = try kills(machine: 3, group: 1)
        #expect(try kills(machine: 3, group: 0, in: "other").areMore(than: before) == false)
        #expect(try kills(machine: 4, group: 0, in: "other").areMore(than: before) == true)
    }

    @Test func `after another boot, or where nothing is counted, it can't be told`() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        let before = try kills(machine: 3, group: 1)
        #expect(try kills(machine: 4, group: 2, boot: "c").areMore(than: before) == nil)
        #expect(try kills(machine: nil, group: nil).areMore(than: before) == nil)
    }
}
