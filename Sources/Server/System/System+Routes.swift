import HTTP
import HTTPTypes
import JSON

/// The program itself: whether it is well, what it counts, what it answers.
struct System: Subject {
    let readiness: Readiness
    let metrics: ProgramMetrics
    let cluster: ClusterView
    private let needsTokens: Bool
    private let description: [UInt8]

    init(_ parts: Parts) {
        readiness = parts.readiness
        metrics = parts.metrics
        cluster = parts.metrics.cluster
        needsTokens = parts.needsTokens
        description = Self.description(under: "", needsTokens: needsTokens)
    }

    /// The description of every route for clients that find them under a prefix.
    private static func description(under prefix: String, needsTokens: Bool) -> [UInt8] {
        OpenAPIDocument(of: Subjects.all, server: prefix, needsTokens: needsTokens).jsonBytes
    }

    static let title = "system"

    static let routes: [Route<System>] = [
        Route(
            "/health/live",
            "live",
            "Whether the process lives",
            access: .open,
            answers: [well],
            isProbe: true,
            sync: { _, _ in ok }
        ),
        Route(
            .get,
            "/health/ready",
            "ready",
            "Whether requests can be served",
            details:
                "Not while the server starts or stops, nor where the store can't be written. With `for=predictions` only "
                + "whether predictions can be answered, as by what is in memory while the store is out of reach.",
            access: .open,
            parameters: [purpose],
            toleratesQuery: true,
            answers: [
                well,
                .problem(503, "the server stops, or the store can't be written", fields: [Answer.retryAfter]),
            ],
            isProbe: true
        ) { system, request in
            if let problem = try await system.readiness.problem(for: request[purpose]) {
                throw Problem(.serviceUnavailable, detail: problem, fields: [.retryAfter: "1"])
            }
            return ok
        },
        Route(
            .get,
            "/metrics",
            "metrics",
            "Everything that is counted, for Prometheus",
            toleratesQuery: true,
            answers: [
                Answer(200, "the metrics in the text format, version 0.0.4", contents: [("text/plain", .string)])
            ]
        ) { system, _ in
            Response(.ok, bytes: Array(try await system.metrics.text().utf8), contentType: PrometheusText.contentType)
        },
        Route(
            .get,
            "/cluster",
            "cluster",
            "The nodes that work on the store, and the jobs that they hold",
            details:
                "Answered also while the store is out of reach: then `store.up` is false, and the node knows itself alone.",
            answers: [.ok("the nodes", .cluster)]
        ) { system, _ in
            .json(.ok, try await system.cluster.document())
        },
        Route(
            .get,
            "/openapi.json",
            "describe",
            "Every route, as OpenAPI 3.1",
            answers: [.ok("the description", .object())]
        ) { system, request in
            let prefix = request.prefix
            let description =
                prefix.isEmpty
                ? system.description : System.description(under: prefix, needsTokens: system.needsTokens)
            return Response(.ok, json: description)
        },
    ]

    private static let purpose = RouteParameter<Readiness.Purpose>(
        Parameter(
            "for",
            in: .query,
            .oneOf(Readiness.Purpose.allCases.map(\.rawValue)).defaulting(to: "requests"),
            "What the server is wanted for"
        )
    ) { text in
        guard let text else { return .requests }
        guard let purpose = Readiness.Purpose(rawValue: text) else {
            throw Problem(
                .badRequest,
                detail: "query parameter \"for\": expected \"requests\" or \"predictions\", found \"\(text)\""
            )
        }
        return purpose
    }

    private static let ok = Response.json(.ok, ["status": "ok"])

    private static let well = Answer.ok("it is", .object([.required("status", .constant("ok"))]))
}
