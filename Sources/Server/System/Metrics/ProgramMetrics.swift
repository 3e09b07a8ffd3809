import HTTP
import ModelStore
import Platform

/// Everything that is counted, for Prometheus.
struct ProgramMetrics: Sendable {
    /// Requests and connections.
    let requests: ServerMetrics
    /// Batches of predictions.
    let batches: BatchMetrics
    let store: Store
    let memory: MemoryBudget
    /// How many jobs may run at once.
    let workers: Int
    let threads: BlockingThreads
    let cluster: ClusterView

    /// The metrics as of now; those of the jobs are left out where the store can't be read.
    func text() async throws -> String {
        try await threads.run {
            var text = PrometheusText()
            text.begin("trainyard_build_info", .gauge, "The version of the program.")
            text.sample("trainyard_build_info", ["version": ProgramVersion.current], 1)
            let jobs = try? JobMetrics(store)
            text.single("trainyard_store_up", .gauge, "Whether the store can be read.", jobs == nil ? 0 : 1)
            text.begin("trainyard_store_info", .gauge, "The kind, the version and the schema of the store's database.")
            let engine = store.engine
            text.sample(
                "trainyard_store_info",
                ["engine": engine.name, "server": engine.server, "schema": engine.schema],
                1
            )
            StoreMetrics(store).write(to: &text)
            jobs?.write(to: &text)
            (try? ClusterMetrics(cluster))?.write(to: &text)
            ClusterMetrics.write(cluster.counts, to: &text)
            text.single("trainyard_workers", .gauge, "Jobs that may run at once in this process.", Double(workers))
            batches.write(to: &text)
            requests.write(to: &text)
            text.single("trainyard_memory_limit_bytes", .gauge, "Memory that may be used.", Double(memory.limit))
            text.begin("trainyard_memory_bytes", .gauge, "Memory that is reserved, by what it is for.")
            for part in MemoryBudget.Part.allCases {
                text.sample("trainyard_memory_bytes", ["part": part.rawValue], Double(memory.used(part)))
            }
            ProcessMetrics.write(to: &text)
            return text.text
        }
    }
}
