import HTTP
import HTTPTypes

extension Routes {
    /// What is counted, for Prometheus.
    static func addMetrics(to router: inout Router, _ metrics: ProgramMetrics) {
        router.get("/metrics") { _ in
            Response(.ok, bytes: Array(try await metrics.text().utf8), contentType: PrometheusText.contentType)
        }
    }
}
