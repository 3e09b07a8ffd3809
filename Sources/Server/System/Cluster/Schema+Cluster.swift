import ModelStore

extension Schema {
    /// The nodes that work on the store, and what they hold.
    static let cluster = Schema.object([
        .required("node", Schema.string.described("The node that answers")),
        .required(
            "store",
            .object([
                .required("engine", .string), .required("up", .boolean), .required("error", Schema.string.orNull),
                .required("schema", .string), .required("server", .string), .required("notifications", .boolean),
                .required("clock_offset_ms", .integer),
            ])
        ),
        .required("nodes", .array(of: .clusterNode)),
        .required(
            "leases",
            .array(
                of: .object([
                    .required("job", .jobID), .required("node", .string), .required("token", .integer(1...)),
                    .required("expires_in_ms", .integer(0...)),
                    .required(
                        "ranks",
                        .array(
                            of: .object([
                                .required("rank", .integer(0...)), .required("node", .string),
                                .required("pid", Schema.integer.orNull),
                            ])
                        )
                    ),
                ])
            )
        ),
    ]).named("Cluster")

    private static let clusterNode = Schema.object([
        .required("id", .string), .required("name", .string),
        .required("roles", .array(of: .oneOf(NodeRole.allCases.map(\.rawValue)))),
        .required("state", .oneOf(Node.State.allCases.map(\.rawValue))), .required("address", .string),
        .required("version", .string), .required("pid", .integer), .required("workers", .integer(0...)),
        .required("busy", .integer(0...)), .required("threads", .integer(0...)), .required("kernels", .string),
        .required("started_at", .time), .required("seen_at", .time),
    ]).named("ClusterNode")
}
