import JSON
import Testing

/// The list of jobs as rows for people.
@Suite(.sharedServer)
struct JobRowTests {
    @Test func `a row has the members that a list shows, and no table`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "rows", "input_shape": [8, 8, 1], "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]}"#
        )
        let job = try server.trained(
            #"{"model": "rows", "dataset": "digits", "epochs": 2, "loss": "sparse_categorical_crossentropy","#
                + #" "metrics": ["accuracy", "confusion_matrix"]}"#
        )
        let page = try server.get("/jobs?view=row&limit=1")
        let row = try #require(page["jobs", "0"])
        #expect(
            row.members.map(\.key) == [
                "id", "kind", "state", "model", "dataset", "progress", "metrics", "created_at", "started_at",
                "finished_at",
            ]
        )
        #expect(try row["id"]?.string() == job["id"]?.string())
        #expect(try row["dataset"]?.string() == "digits")
        #expect(try row["progress"]?["epoch"]?.int() == 2)
        let metrics = try #require(row["metrics"])
        #expect(try metrics["loss"]?.double() == job["metrics", "loss"]?.double())
        #expect(job["metrics", "confusion_matrix"] != nil && metrics["confusion_matrix"] == nil)
        #expect(metrics.members.allSatisfy { $0.value.kind == .number })
    }

    @Test func `rows page and filter as jobs do, and another view is refused`() throws {
        let server = try TestServer.shared()
        let limited = try server.get("/jobs?view=row&limit=1&state=failed")
        #expect(limited["jobs"]?.count == 0 && limited["next"]?.kind == .null)
        let refused = try server.get("/jobs?view=column")
        #expect(refused.status == 400)
        #expect(try refused["detail"]?.string().contains("expected \"row\"") == true)
    }
}
