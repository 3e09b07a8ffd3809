import HTTP
import ModelStore

/// The nodes that work on the store as numbers: those of the list are the same on every node, the others this one's.
struct ClusterMetrics: Sendable {
    private let cluster: Cluster
    private let node: String

    /// Reads the store.
    init(_ view: ClusterView) throws(StoreError) {
        cluster = try view.store.nodes.cluster()
        node = view.keeper.id
    }

    /// Adds the metrics.
    func write(to text: inout PrometheusText) {
        text.begin("trainyard_cluster_nodes", .gauge, "Nodes that work on the store, by state and by what they do.")
        for state in Node.State.allCases {
            for role in NodeRole.allCases {
                let count = cluster.nodes.count {
                    $0.node.state == state && NodeRole.all(of: $0.node).contains(role)
                }
                text.sample(
                    "trainyard_cluster_nodes",
                    ["state": state.rawValue, "role": role.rawValue],
                    Double(count)
                )
            }
        }
        let held = cluster.leases.count { $0.node == node }
        text.single("trainyard_leases", .gauge, "Jobs that this process holds.", Double(held))
    }

    /// Adds what needs no store.
    static func write(_ counts: ClusterCounts, to text: inout PrometheusText) {
        text.single(
            "trainyard_leases_lost_total",
            .counter,
            "Runs that this process dropped since another node had taken their job.",
            Double(counts.leasesLost)
        )
        text.single(
            "trainyard_jobs_taken_over_total",
            .counter,
            "Jobs that this process took over from nodes that were gone.",
            Double(counts.jobsTakenOver)
        )
    }
}
