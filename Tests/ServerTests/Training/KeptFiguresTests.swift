import JSON
import Testing

/// That what a job shows is of the weights that it keeps, and that a version keeps what it has learned.
@Suite(.sharedServer) struct KeptFiguresTests {
    @Test func `with restored weights, job and version show the figures of the best epoch`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "restored", "input_shape": [1], "layers": [
              {"type": "Dense", "name": "d", "units": 1, "use_bias": false, "kernel_initializer": "zeros"}]}
            """
        )

        // The weight goes from 0 towards 1, past 0.3, where the validation loss is least.
        let job = try server.trained(
            """
            {"model": "restored", "data": {"x": [[1], [2]], "y": [1, 2]}, "validation_data": {"x": [[1]], "y": [0.3]},
             "loss": "mse", "metrics": ["mae"], "epochs": 20, "batch_size": 2, "shuffle": false,
             "optimizer": {"type": "SGD", "learning_rate": 0.02},
             "early_stopping": {"monitor": "val_loss", "patience": 2, "restore_best_weights": true}}
            """
        )

        let history = try #require(job["history"]).array()
        let best = try #require(try history.min { try number($0, "val_loss") < number($1, "val_loss") })
        #expect(try best["epoch"]?.int() == 3)
        #expect(history.count == 5)
        let version = try server.get("/models/restored/versions/1")
        for key in ["loss", "mae", "val_loss", "val_mae"] {
            #expect(try job["metrics", key]?.double() == number(best, key))
            #expect(try version["metrics", key]?.double() == number(best, key))
        }
        // What the kept weights answer is what the figures say.
        let answer = try server.post("/predict", #"{"model": "restored", "instances": [[1]]}"#)
        let kept = try #require(try answer["predictions", "0", "0"]?.double())
        #expect(try abs((kept - 0.3) * (kept - 0.3) - number(best, "val_loss")) < 1e-6)
    }

    private func number(_ entry: JSONValue, _ key: String) throws -> Double { try #require(entry[key]).double() }

    @Test func `every history entry and epoch event has the learning rate`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "rates", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}"#
        )

        let job = try server.trained(
            """
            {"model": "rates", "data": {"x": [[0, 4], [1, 2], [3, 3]], "y": [0, 1, 2]}, "loss": "mse", "epochs": 4,
             "optimizer": {"type": "SGD", "learning_rate": 0.1},
             "reduce_lr_on_plateau": {"monitor": "loss", "patience": 1, "min_delta": 100, "factor": 0.5}}
            """
        )

        let rates = try #require(job["history"]).array().map { try $0["learning_rate"]?.double() }
        #expect(rates == [0.1, 0.1, 0.05, 0.025])
        let id = try #require(try job["id"]?.string())
        #expect(try server.get("/jobs/\(id)/events").text.contains(#""learning_rate":0.025"#))
    }

    @Test func `a version keeps its normalization, unless it is asked to adapt`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "normal", "input_shape": [1], "layers": [
              {"type": "Normalization", "name": "n"}, {"type": "Dense", "units": 1, "kernel_initializer": "ones"}]}
            """
        )
        func train(_ rows: String, _ more: String) throws -> Reply {
            try server.trained(
                """
                {"model": "normal", "loss": "mse", "data": {"x": \(rows), "y": [0, 1]},
                 "optimizer": {"type": "SGD", "learning_rate": 1e-12}\(more)}
                """
            )
        }
        func answers() throws -> [Double] {
            let reply = try server.post("/predict", #"{"model": "normal", "instances": [[0], [10]]}"#)
            return try #require(reply["predictions"]).array().map { row in
                try #require(row.elements.first { _ in true }).double()
            }
        }
        _ = try train("[[0], [10]]", "")
        #expect(try answers() == [-1, 1])

        _ = try train("[[100], [120]]", #", "initial_version": 1"#)
        #expect(try answers() == [-1, 1])

        let adapted = try train("[[100], [120]]", #", "initial_version": 1, "adapt": true"#)
        #expect(try answers() == [-11, -10])
        #expect(try adapted["options", "adapt"]?.bool() == true)

        _ = try train("[[100], [120]]", #", "initial_version": 0"#)
        #expect(try answers() == [-11, -10])
        _ = try train("[[100], [120]]", #", "adapt": false"#)
        // The rate of learning is tiny, but not 0.
        #expect(try answers().map { $0.rounded() } == [0, 10])
    }
}
