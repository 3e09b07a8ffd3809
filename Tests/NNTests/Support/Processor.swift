import Foundation

/// What the tests know of the processor.
enum Processor {
    /// Whether the engine's loops for AVX-512 run: the processor has it, and oneDNN wasn't told to do without.
    static let runsAVX512: Bool = {
        guard ProcessInfo.processInfo.environment["DNNL_MAX_CPU_ISA"] == nil,
            let description = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        else { return false }
        return description.contains(" avx512bw ") && description.contains(" avx512dq ")
    }()
}
