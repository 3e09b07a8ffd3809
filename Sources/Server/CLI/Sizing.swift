import Logging
import Platform

/// How large a server makes itself on the machine that it finds.
struct Sizing: Sendable {
    /// What the process may use.
    let resources: MachineResources

    /// Threads that compute predictions, and those that all jobs share unless told otherwise.
    var threads: Int { resources.processors }

    /// Threads that serve connections.
    var loops: Int { max(1, resources.processors / 2) }

    /// Bytes that models in use may take: a quarter of the memory, at most 1 GiB.
    var predictorBytes: Int { min(1 << 30, resources.memoryBytes / 4) }

    /// Rows that one prediction batch holds; fewer where memory is scarce, since each thread keeps room for a batch of
    /// each model.
    var batchRows: Int {
        switch resources.memoryBytes {
        case ..<(256 << 20): 8
        case ..<(512 << 20): 16
        default: 32
        }
    }

    /// Bytes of a request body that is held in memory, unless told otherwise: an eighth of the memory, at most 64 MiB.
    var bodyBytes: Int { min(64 << 20, max(1 << 20, resources.memoryBytes / 8)) }
}

extension ServeSettings {
    /// What the server made of the machine and its flags, for the log; limits stand there only where something sets one.
    var sizes: Logger.Metadata {
        var sizes: Logger.Metadata = [
            "workers": "\(workers)", "threads": "\(threads)", "prediction-threads": "\(sizing.threads)",
            "prediction-bytes": "\(sizing.predictorBytes)", "batch-rows": "\(sizing.batchRows)",
            "max-body": "\(maximumBody)",
        ]
        let limits = sizing.resources.limits
        if let processors = limits.processors { sizes["cpu-limit"] = "\(processors)" }
        if let bytes = limits.memoryBytes { sizes["memory-limit"] = "\(bytes)" }
        return sizes
    }
}
