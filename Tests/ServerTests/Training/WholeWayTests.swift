import JSON
import Testing

/// Define, train, poll, predict, restart, predict.
struct WholeWayTests {
    @Test func `a CNN learns the digits and answers the same after a restart`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())

        let job = try server.trained(Samples.digits(epochs: 8))
        let accuracy = try #require(try job["metrics", "test_accuracy"]?.double())
        #expect(accuracy > 0.9)
        #expect(try job["version"]?.int() == 1)
        #expect(job["history"]?.count == 8)
        #expect(try job["history", "7", "epoch"]?.int() == 8)
        let body = #"{"model": "cnn", "instances": [\#(Samples.zero)]}"#
        let before = try server.post("/predict", body)
        #expect(before.status == 200)
        #expect(try before["classes"]?.ints() == [0])
        let weights = try server.get("/models/cnn/weights")

        let again = try server.restarted()
        defer { again.stop() }
        #expect(try again.post("/predict", body).body == before.body)
        #expect(try again.get("/models/cnn/weights").body == weights.body)
        #expect(try again.get("/jobs/1").body == job.body)
    }

    @Test func `a GRU learns the sunspots better than persistence and answers the same after a restart`() throws {
        let server = try TestServer()
        try server.define(Samples.gru)

        let job = try server.trained(Samples.sunspots)
        // "Next year will be as this one" is off by 25.198 on the years 1952 to 2008.
        #expect(try #require(try job["metrics", "test_mae"]?.double()) < 20)
        let window = (0..<24).map { "\($0 * 5)" }.joined(separator: ",")
        let before = try server.get(
            "/predict",
            ["--get", "--data", "model=gru", "--data-urlencode", "input=[\(window)]"]
        )
        #expect(before.status == 200)
        #expect(before["predictions", "0"]?.count == 1)

        let again = try server.restarted()
        defer { again.stop() }
        let after = try again.get(
            "/predict",
            ["--get", "--data", "model=gru", "--data-urlencode", "input=[\(window)]"]
        )
        #expect(after.body == before.body)
    }
}
