import HTTP
import HTTPTypes

extension Routes {
    /// Training requests, which become jobs.
    static func addTraining(to router: inout Router, _ queue: TrainingQueue) {
        router.post("/train") { request in
            if try request.isDryRun() {
                let estimate = try await queue.estimate(request.json())
                return .json(.ok) { json in
                    json.object { json in
                        json.field("operations_per_sample", estimate.operationsPerSample)
                        json.field("peak_bytes", estimate.peakBytes)
                        json.field("seconds_per_epoch", estimate.secondsPerEpoch)
                    }
                }
            }
            let job = try await queue.submit(request.json())
            return .json(.accepted, job, fields: [.location: "/jobs/\(job.job.id)"])
        }
    }
}
