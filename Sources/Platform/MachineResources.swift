import Foundation

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
            processors: ProcessInfo.processInfo.activeProcessorCount,
            memoryBytes: Int(clamping: ProcessInfo.processInfo.physicalMemory),
            limits: ControlGroup()
        )
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
