import Foundation
import Testing

/// What Prometheus reads.
struct MetricsTests {
    /// The samples by name and labels.
    private func samples(_ server: TestServer) throws -> [String: Double] {
        let reply = try server.get("/metrics")
        #expect(reply.status == 200)
        #expect(reply.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        var samples: [String: Double] = [:]
        for line in reply.text.split(separator: "\n") where !line.hasPrefix("#") {
            let space = try #require(line.lastIndex(of: " "), "\(line)")
            let value = try #require(Double(line[line.index(after: space)...]), "\(line)")
            #expect(samples.updateValue(value, forKey: String(line[..<space])) == nil, "twice: \(line)")
        }
        return samples
    }

    @Test func `requests, jobs, predictions and the process are counted`() throws {
        let start = Date().timeIntervalSince1970
        try withServer { server in
            try server.define(Samples.line)
            for _ in 0..<3 {
                _ = try server.post("/predict", #"{"model": "line", "instances": [[1, 2], [3, 4]]}"#)
            }
            #expect(try server.get("/nowhere").status == 404)

            let samples = try samples(server)

            #expect(samples[#"http_requests_total{route="/predict",method="POST",status="200"}"#] == 3)
            #expect(samples[#"http_requests_total{route="",method="GET",status="404"}"#] == 1)
            #expect(samples[#"http_request_duration_seconds_count{route="/predict"}"#] == 3)
            #expect(samples["trainyard_predictions_total"] == 6)
            #expect(samples["trainyard_prediction_batch_size_sum"] == 6)
            #expect(samples[#"trainyard_prediction_batch_size_bucket{le="1"}"#] == 0)
            #expect(samples[#"trainyard_prediction_batch_size_bucket{le="+Inf"}"#] == 3)
            #expect(samples["trainyard_store_up"] == 1)
            let limit = try #require(samples["trainyard_memory_limit_bytes"])
            let parts = ["program", "requests", "models", "jobs"].map {
                samples["trainyard_memory_bytes{part=\"\($0)\"}"]
            }
            #expect(!parts.contains(nil) && parts.compactMap { $0 }.reduce(0, +) <= limit)
            #expect(try #require(parts[2]) > 0)
            #expect(samples["process_resident_memory_bytes"].map { $0 > 1_000_000 } == true)
            #expect(samples["process_open_fds"].map { $0 > 5 } == true)
            #expect(samples["process_max_fds"].map { $0 > 5 } == true)
            #expect(samples["process_start_time_seconds"].map { abs($0 - start) < 120 } == true)
            #expect(samples["http_connections"] == 1)
        }
    }

    @Test func `jobs are counted by state, and those that run by their pace`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let running = try server.train(Samples.digits(epochs: 100_000))
            let queued = try server.train(Samples.digits(epochs: 1))

            let during = try wait(for: "the report of a pace") {
                let samples = try samples(server)
                return samples["trainyard_training_samples_per_second"].map { $0 > 0 } == true ? samples : nil
            }
            #expect(during[#"trainyard_jobs{state="running"}"#] == 1)
            #expect(during[#"trainyard_jobs{state="queued"}"#] == 1)
            #expect(during["trainyard_queue_depth"] == 1)
            #expect(during["trainyard_workers"] == 1)

            for id in [queued, running] { #expect(try server.post("/jobs/\(id)/cancel").status == 200) }
            let after = try wait(for: "the end of both") {
                let samples = try samples(server)
                return samples[#"trainyard_jobs{state="cancelled"}"#] == 2 ? samples : nil
            }
            #expect(after["trainyard_training_samples_per_second"] == 0)
        }
    }
}
