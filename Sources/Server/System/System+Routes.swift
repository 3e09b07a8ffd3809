import HTTP
import HTTPTypes
import JSON

/// The program itself: whether it is well, what it counts, what it answers.
struct System: Subject {
    let readiness: Readiness
    let metrics: ProgramMetrics
    private let needsTokens: Bool
    private let description: [UInt8]

    init(_ parts: Parts) {
        readiness = parts.readiness
        metrics = parts.metrics
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
            details: "Not while the server starts or stops, nor where the store can't be written.",
            access: .open,
            toleratesQuery: true,
            answers: [
                well,
                .problem(503, "the server stops, or the store can't be written", fields: [Answer.retryAfter]),
            ],
            isProbe: true
        ) { system, _ in
            if let problem = try await system.readiness.problem() {
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

    private static let ok = Response.json(.ok, ["status": "ok"])

    private static let well = Answer.ok("it is", .object([.required("status", .constant("ok"))]))
}
