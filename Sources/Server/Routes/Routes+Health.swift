import HTTP
import HTTPTypes

extension Routes {
    /// Whether the process lives, and whether it can serve.
    static func addHealth(to router: inout GuardedRouter, _ readiness: Readiness) {
        router.openGet("/health/live", sync: { _ in ok })
        router.openGet("/health/ready") { _ in
            if let problem = try await readiness.problem() {
                throw Problem(.serviceUnavailable, detail: problem, fields: [.retryAfter: "1"])
            }
            return ok
        }
    }

    private static let ok = Response.json(.ok, ["status": "ok"])
}
