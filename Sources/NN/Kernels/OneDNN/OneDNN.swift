import CDNNL

/// The library's processor engine and stream, and what every call to it goes through.
///
/// oneDNN is called with one OpenMP thread by each thread of ours: parallelism is by replicas, and a team of spinning
/// threads collapses as soon as another process takes a core.
enum OneDNN {
    /// The processor engine.
    ///
    /// Safe to share: an engine is never written after it was made (oneDNN developer guide, "Thread safety").
    nonisolated(unsafe) static let engine: dnnl_engine_t = {
        var engine: dnnl_engine_t?
        let status = dnnl_engine_create(&engine, dnnl_cpu, 0)
        guard status == dnnl_success, let engine else { preconditionFailure("oneDNN has no CPU engine: \(status)") }
        return engine
    }()

    /// The stream that primitives run on.
    ///
    /// Safe to share: a CPU stream of the OpenMP runtime holds no state between calls; work runs in the caller.
    nonisolated(unsafe) static let stream: dnnl_stream_t = {
        var stream: dnnl_stream_t?
        let status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue)
        guard status == dnnl_success, let stream else { preconditionFailure("oneDNN has no CPU stream: \(status)") }
        return stream
    }()

    /// Whether the processor has AVX-512, as oneDNN sees it (its `DNNL_MAX_CPU_ISA` counts).
    static let hasAVX512 =
        dnnl_get_effective_cpu_isa().rawValue & dnnl_cpu_isa_avx512_core.rawValue
        == dnnl_cpu_isa_avx512_core.rawValue

    /// Lets the calling thread run oneDNN on itself alone; cheap enough to say before every run.
    static func useOneThread() { omp_set_num_threads(1) }

    /// Throws what oneDNN refused, with the description of what was asked of it.
    static func check(_ status: dnnl_status_t, _ what: @autoclosure () -> String) throws(KernelError) {
        guard status == dnnl_success else {
            throw KernelError("oneDNN \(version): \(what()): \(name(of: status))")
        }
    }

    private static var version: String {
        guard let version = dnnl_version()?.pointee else { return "" }
        return "\(version.major).\(version.minor).\(version.patch)"
    }

    private static func name(of status: dnnl_status_t) -> String {
        switch status {
        case dnnl_out_of_memory: "out of memory"
        case dnnl_invalid_arguments: "invalid arguments"
        case dnnl_unimplemented: "no implementation for these shapes"
        case dnnl_runtime_error: "run-time error"
        default: "status \(status.rawValue)"
        }
    }
}
