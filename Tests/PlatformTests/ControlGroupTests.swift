import Foundation
import Platform
import Testing

/// Limits read from files laid out as the kernel shows them.
struct ControlGroupTests {
    /// A container with a control group namespace on version 2.
    private static let namespaced = Machine(
        "0::/\n",
        "31 25 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
    )
    /// A service of systemd on version 2.
    private static let unit = Machine(
        "0::/system.slice/trainyard.service\n",
        "31 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
    )
    /// A container without a namespace on version 1, where each controller is mounted at its own group.
    private static let first = Machine(
        "5:memory:/docker/f00\n4:cpu,cpuacct:/docker/f00\n1:name=systemd:/docker/f00\n",
        """
        40 30 0:30 /docker/f00 /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct
        41 30 0:31 /docker/f00 /sys/fs/cgroup/memory ro master:5 - cgroup cgroup rw,memory

        """
    )
    /// Controllers on version 1 beside a hierarchy of version 2 that has none.
    private static let hybrid = Machine(
        "4:memory:/api/job\n1:cpu:/\n0::/\n",
        """
        40 30 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
        41 30 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        42 30 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw

        """
    )

    @Test func `version 2 in a container gives quota and memory`() throws {
        let found = try Self.namespaced.limits(["cpu.max": "150000 100000", "memory.max": "536870912"])
        #expect(found.processors == 1.5)
        #expect(found.memoryBytes == 536_870_912)
    }

    @Test func `"max" is no limit, and memory above which the kernel throttles is one`() throws {
        let none = try Self.namespaced.limits(["cpu.max": "max 100000", "memory.max": "max", "memory.high": "max"])
        #expect(none.processors == nil && none.memoryBytes == nil)
        let high = try Self.namespaced.limits(["memory.max": "max", "memory.high": "1048576"])
        #expect(high.memoryBytes == 1_048_576)
    }

    @Test func `the least limit of the groups above counts`() throws {
        let found = try Self.unit.limits([
            "memory.max": "8000000000", "system.slice/memory.max": "1000000000",
            "system.slice/trainyard.service/memory.max": "2000000000",
            "system.slice/trainyard.service/cpu.max": "300000 100000", "system.slice/cpu.max": "max 100000",
        ])
        #expect(found.processors == 3)
        #expect(found.memoryBytes == 1_000_000_000)
    }

    @Test func `version 1 in a container gives quota and memory`() throws {
        let found = try Self.first.limits([
            "cpu,cpuacct/cpu.cfs_quota_us": "50000", "cpu,cpuacct/cpu.cfs_period_us": "100000",
            "memory/memory.limit_in_bytes": "268435456",
        ])
        #expect(found.processors == 0.5)
        #expect(found.memoryBytes == 268_435_456)
    }

    @Test func `version 1 writes -1 and its greatest number of pages for no limit`() throws {
        let found = try Self.first.limits([
            "cpu,cpuacct/cpu.cfs_quota_us": "-1", "cpu,cpuacct/cpu.cfs_period_us": "100000",
            "memory/memory.limit_in_bytes": "9223372036854771712",
        ])
        #expect(found.processors == nil && found.memoryBytes == nil)
    }

    @Test func `both versions side by side are read`() throws {
        let found = try Self.hybrid.limits([
            "cpu/cpu.cfs_quota_us": "200000", "cpu/cpu.cfs_period_us": "100000",
            "memory/api/job/memory.limit_in_bytes": "4096000", "memory/api/memory.limit_in_bytes": "8192000",
        ])
        #expect(found.processors == 2)
        #expect(found.memoryBytes == 4_096_000)
    }

    @Test(arguments: ["", "nonsense", "-5 100000", "1 0", "x y"])
    func `what can't be read is no limit`(time: String) throws {
        let found = try Self.namespaced.limits(["cpu.max": time, "memory.max": time])
        #expect(found.processors == nil && found.memoryBytes == nil)
    }

    @Test func `without control groups there is no limit`() {
        let found = ControlGroup(root: "/nowhere")
        #expect(found.processors == nil && found.memoryBytes == nil)
    }

    @Test(arguments: [("150000 100000", 2), ("10000 100000", 1), ("6400000 100000", 8), ("max 100000", 8)])
    func `a quota bounds the processors, rounded up`(time: String, expected: Int) throws {
        let limits = try Self.namespaced.limits(["cpu.max": time])
        let resources = MachineResources(processors: 8, memoryBytes: 1 << 30, limits: limits)
        #expect(resources.processors == expected)
        #expect(resources.memoryBytes == 1 << 30)
    }

    @Test func `a limit above the machine's memory changes nothing`() throws {
        let limits = try Self.namespaced.limits(["memory.max": "2147483648"])
        #expect(MachineResources(processors: 1, memoryBytes: 1 << 30, limits: limits).memoryBytes == 1 << 30)
        #expect(MachineResources(processors: 1, memoryBytes: 4 << 30, limits: limits).memoryBytes == 2 << 30)
    }
}

/// What the kernel says of a process's groups and of where they are mounted.
private struct Machine {
    let memberships: String
    let mounts: String

    init(_ memberships: String, _ mounts: String) {
        self.memberships = memberships
        self.mounts = mounts
    }

    /// The limits that are read where these files lie below `/sys/fs/cgroup`.
    func limits(_ files: [String: String]) throws -> ControlGroup {
        let root = FileManager.default.temporaryDirectory.appending(path: "trainyard-tests-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        func write(_ text: String, to path: String) throws {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        try write(memberships, to: "proc/self/cgroup")
        try write(mounts, to: "proc/self/mountinfo")
        for (path, text) in files { try write(text + "\n", to: "sys/fs/cgroup/" + path) }
        return ControlGroup(root: root.path)
    }
}
