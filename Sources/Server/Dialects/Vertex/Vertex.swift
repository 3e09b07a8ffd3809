import HTTP
import HTTPTypes
import JSON
import Platform

/// The routes of a container of Vertex AI, which its variables name when it is started.
struct Vertex: Dialect {
    /// The two routes, as the service set them.
    struct Routes: Sendable, Equatable {
        /// Where predictions are asked for.
        let predict: String
        /// Where the service looks whether the container is ready.
        let health: String
    }

    private let invocations: Invocations
    private let readiness: Readiness
    private let places: Routes?

    init(_ parts: Parts) {
        invocations = Invocations(parts)
        readiness = parts.readiness
        places = parts.vertexRoutes
    }

    static let title = "vertex ai"
    static let refusal: Answer? = .error(0, "what was wrong, where, and what is allowed")
    /// None that a description could have: where they are is known at the start.
    static let routes: [Route<Vertex>] = []

    func speaks(at path: [String]) -> Bool {
        let text = "/" + path.joined(separator: "/")
        return text == places?.predict || text == places?.health
    }

    static func answer(to problem: Problem) -> Response { problem.errorObject }

    func add(to router: inout Router, under rules: RouteRules) {
        guard let places else { return }
        let predict = Route<Vertex>(
            .post,
            places.predict,
            "vertexPredict",
            "Predict, as POST /invocations does",
            access: .read,
            toleratesQuery: true,
            body: Invocations.bodies,
            answers: [Invocations.answer],
            executor: { $0.invocations.predictor.executor }
        ) { vertex, request in try await vertex.invocations.answer(request) }
        let health = Route<Vertex>(
            .get,
            places.health,
            "vertexHealth",
            "Whether requests can be served",
            access: .open,
            toleratesQuery: true,
            answers: [.ok("they can", .object())],
            isProbe: true
        ) { vertex, _ in
            if let problem = try await vertex.readiness.problem() {
                throw Problem(.serviceUnavailable, detail: problem, fields: [.retryAfter: "1"])
            }
            return .json(.ok, ["ready": true])
        }
        // What the person who started the container chose goes before whatever else is there.
        for route in [predict, health] {
            route.add(to: &router, for: self, under: rules, replaces: true)
        }
    }
}
