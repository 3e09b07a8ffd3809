import HTTP
import HTTPTypes

extension Routes {
    /// Whether the process lives, and whether it can serve.
    static func addHealth(to router: inout Router, _ readiness: Readiness) {
        router.get("/health/live", access: .open, sync: { _ in ok })
        router.get("/health/ready", access: .open) { _ in
            if let problem = try await readiness.problem() {
                throw Problem(.serviceUnavailable, detail: problem, fields: [.retryAfter: "1"])
            }
            return ok
        }
    }

    private static let ok = Response.json(.ok, ["status": "ok"])
}
