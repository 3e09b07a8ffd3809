import CLinux
import Foundation
import Glibc

/// What of the machine this process may use: its own, or less where a control group limits it.
package struct MachineResources: Sendable, Equatable {
    /// Processors, at least one; a part of one counts as a whole.
    package let processors: Int
    /// Bytes of memory.
    package let memoryBytes: Int
    /// The limits that apply.
    package let limits: ControlGroup

    /// The machine and the limits as they are now.
    package init() {
        self.init(
            processors: Self.ownProcessors,
            memoryBytes: Int(clamping: ProcessInfo.processInfo.physicalMemory),
            limits: ControlGroup()
        )
    }

    /// The processors on which this process may run (sched_getaffinity(2)).
    ///
    /// Foundation's count is none of the machine where there is a quota: it is the quota, also one of more processors
    /// than there are.
    private static var ownProcessors: Int {
        var set = cpu_set_t()
        guard sched_getaffinity(0, UInt(MemoryLayout<cpu_set_t>.size), &set) == 0 else {
            return ProcessInfo.processInfo.processorCount
        }
        return withUnsafeBytes(of: set) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
    }

    /// A machine of that size under those limits.
    package init(processors: Int, memoryBytes: Int, limits: ControlGroup) {
        // Two threads on a quota of one and a half do more than one would.
        let allowed = limits.processors.map { Int($0.rounded(.up).clamped(to: 1...4_096)) } ?? processors
        self.processors = max(1, min(processors, allowed))
        self.memoryBytes = min(memoryBytes, limits.memoryBytes ?? memoryBytes)
        self.limits = limits
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
