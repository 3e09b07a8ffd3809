import HTTP
import HTTPTypes

extension Routes {
    /// Training requests, which become jobs.
    static func addTraining(to router: inout Router, _ queue: TrainingQueue) {
        router.post("/train") { request in
            if try request.isDryRun() {
                return .json(.ok, try await queue.estimate(request.json()))
            }
            let (body, key) = try await request.idempotentJSON("POST /train")
            return Response(try await queue.submit(body, once: key))
        }
    }
}
