import JSON
import ModelStore

/// What there is to see of the nodes that work on the store.
struct ClusterView: Sendable {
    let store: Store
    let keeper: NodeKeeper
    let counts: ClusterCounts
    let leases: LeaseKeeper
    let threads: BlockingThreads

    /// The document of `GET /cluster`; where the store can't be read it knows this node alone.
    func document() async throws -> ClusterDocument {
        try await threads.run {
            let node = keeper.id
            do throws(StoreError) {
                return ClusterDocument(node: node, engine: store.engine, error: nil, cluster: try store.nodes.cluster())
            } catch {
                return ClusterDocument(node: node, engine: store.engine, error: "\(error)", cluster: alone)
            }
        }
    }

    /// What this process knows by itself.
    private var alone: Cluster {
        let (node, startedAt, remaining) = keeper.known
        let held = leases.held.sorted { $0.job.number < $1.job.number }
        let (seconds, attoseconds) = remaining.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return Cluster(
            nodes: [
                StoredNode(node: node, busy: held.count, startedAt: startedAt, seenAt: StoreClock.system.wall())
            ],
            leases: held.map { lease in
                StoredLease(
                    job: lease.job,
                    node: lease.node,
                    pid: node.pid,
                    token: lease.token,
                    milliseconds: milliseconds
                )
            }
        )
    }
}

/// What clients see of the nodes.
struct ClusterDocument: JSONWritable {
    /// The node that answers.
    let node: String
    let engine: EngineDescription
    /// Why the store can't be read; nil where it can.
    let error: String?
    let cluster: Cluster

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("node", node)
            json.key("store")
            json.object { json in
                json.field("engine", engine.name)
                json.field("up", error == nil)
                json.field("error", error)
                json.field("schema", engine.schema)
                json.field("server", engine.server)
                json.field("notifications", engine.notifies)
                json.field("clock_offset_ms", Int(engine.clockOffset))
            }
            json.key("nodes")
            json.array { json in for node in cluster.nodes { json.write(NodeEntry(stored: node)) } }
            json.key("leases")
            json.array { json in for lease in cluster.leases { json.write(LeaseEntry(lease: lease)) } }
        }
    }

    private struct NodeEntry: JSONWritable {
        let stored: StoredNode

        func write(to json: inout JSONWriter) {
            let node = stored.node
            json.object { json in
                json.field("id", node.id)
                json.field("name", node.name)
                json.field("roles", NodeRole.all(of: node).map(\.rawValue))
                json.field("state", node.state.rawValue)
                json.field("address", node.address)
                json.field("version", node.version)
                json.field("pid", node.pid)
                json.field("workers", node.workers)
                json.field("busy", stored.busy)
                json.field("threads", node.threads)
                json.field("kernels", node.kernels)
                json.field("started_at", stored.startedAt.description)
                json.field("seen_at", stored.seenAt.description)
            }
        }
    }

    private struct LeaseEntry: JSONWritable {
        let lease: StoredLease

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("job", lease.job.description)
                json.field("node", lease.node)
                json.field("token", Int(lease.token))
                json.field("expires_in_ms", Int(lease.milliseconds))
                json.key("ranks")
                json.array { json in
                    json.object { json in
                        json.field("rank", 0)
                        json.field("node", lease.node)
                        json.field("pid", lease.pid)
                    }
                    for rank in lease.ranks {
                        json.object { json in
                            json.field("rank", rank.rank)
                            json.field("node", rank.node)
                            json.field("pid", rank.pid)
                        }
                    }
                }
            }
        }
    }
}

/// What a node does.
enum NodeRole: String, CaseIterable {
    /// It answers requests.
    case serving
    /// It runs jobs.
    case training

    /// Those of a node.
    static func all(of node: Node) -> [NodeRole] { node.workers > 0 ? [.serving, .training] : [.serving] }
}
