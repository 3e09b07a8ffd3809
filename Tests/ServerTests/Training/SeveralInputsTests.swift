import JSON
import Testing

/// Models of several inputs and outputs over HTTP: define, train on inline data, predict by name, restart.
struct SeveralInputsTests {
    /// A classifier and a value from two inputs.
    static let model = """
        {"name": "two", "seed": 4, "layers": [
          {"type": "InputLayer", "name": "point", "shape": [2]},
          {"type": "InputLayer", "name": "series", "shape": [3, 1]},
          {"type": "GRU", "name": "memory", "units": 6, "inputs": ["series"]},
          {"type": "Concatenate", "name": "both", "inputs": ["point", "memory"]},
          {"type": "Dense", "name": "hidden", "units": 16, "activation": "tanh"},
          {"type": "Dense", "name": "side", "units": 2, "activation": "softmax"},
          {"type": "Dense", "name": "size", "units": 1, "inputs": ["hidden"]}],
         "outputs": ["side", "size"]}
        """

    /// Rows whose side is a word, and whose size is the sum of the series.
    static func rows(_ count: Int) -> (point: String, series: String, side: String, size: String) {
        var (points, series, sides, sizes): ([String], [String], [String], [String]) = ([], [], [], [])
        for row in 0..<count {
            let x = Double(row * 7 % 20) / 10 - 0.95
            let steps = (0..<3).map { Double((row * 3 + $0 * 5) % 11) / 10 }
            points.append("[\(x), \(Double(row % 5) / 5)]")
            series.append("[\(steps.map { "[\($0)]" }.joined(separator: ", "))]")
            sides.append(x < 0 ? "\"left\"" : "\"right\"")
            sizes.append("\(steps.reduce(0, +))")
        }
        func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }
        return (list(points), list(series), list(sides), list(sizes))
    }

    static func request(rows count: Int = 60, epochs: Int = 60, _ more: String = "") -> String {
        let rows = rows(count)
        return """
            {"model": "two", "epochs": \(epochs), "batch_size": 16, "seed": 2,
             "optimizer": {"type": "Adam", "learning_rate": 0.02},
             "data": {"x": {"series": \(rows.series), "point": \(rows.point)},
                      "y": {"side": \(rows.side), "size": \(rows.size)}},
             "loss": {"side": "sparse_categorical_crossentropy", "size": "mse"},
             "loss_weights": {"size": 0.5}, "metrics": {"side": ["accuracy"], "size": ["mae"]},
             "validation_split": 0.2\(more.isEmpty ? "" : ", " + more)}
            """
    }

    private static let instances = """
        {"model": "two", "instances": [
          {"point": [-0.8, 0.2], "series": [[0.1], [0.2], [0.3]]},
          {"series": [0.5, 0.6, 0.7], "point": [0.9, 0.4]}]}
        """

    @Test func `a model learns from inputs and targets by name, and answers by name, also after a restart`() throws {
        let server = try TestServer()
        try server.define(Self.model)
        let summary = try server.get("/models/two")
        #expect(try summary["input_shape", "point"]?.ints() == [2])
        #expect(try summary["input_shape", "series"]?.ints() == [3, 1])
        #expect(try summary["output_shape", "size"]?.ints() == [1])

        let job = try server.trained(Self.request())

        let names = ["loss", "side_loss", "size_loss", "side_accuracy", "size_mae"]
        let history = try #require(job["history", "59"])
        #expect(
            history.members.map(\.key) == ["epoch"] + names + names.map { "val_" + $0 } + ["learning_rate", "seconds"]
        )
        #expect(try #require(try history["val_side_accuracy"]?.double()) > 0.9)
        #expect(try #require(try history["val_size_mae"]?.double()) < 0.25)
        let before = try server.post("/predict", Self.instances)
        #expect(before.status == 200, "\(before.text)")
        #expect(before["predictions"]?.count == 2)
        #expect(before["predictions", "0", "side"]?.count == 2)
        #expect(before["predictions", "1", "size"]?.count == 1)
        #expect(try before["classes", "0", "side"]?.int() == 0)
        #expect(try before["labels", "0", "side"]?.string() == "left")
        #expect(try before["labels", "1", "side"]?.string() == "right")
        #expect(before["classes", "0", "size"] == nil)

        let again = try server.restarted()
        defer { again.stop() }
        #expect(try again.post("/predict", Self.instances).body == before.body)
        let one = try again.get(
            "/predict",
            ["--get", "--data", "model=two", "--data-urlencode", #"input={"point":[-0.8,0.2],"series":[0.1,0.2,0.3]}"#]
        )
        #expect(one["predictions", "0"] == before["predictions", "0"])
        #expect(
            try again.get("/datasets")["datasets"]?.elements.allSatisfy { dataset in
                try dataset["kind"]?.string() != "named"
            } == true
        )
    }

    @Test func `a killed run on inline data goes on after a restart, to the same bits`() throws {
        let whole = try withServer { server in
            try server.define(Self.model)
            return try server.trained(Self.request(epochs: 1500))
        }
        let server = try TestServer(["--checkpoint-interval", "0.1"])
        try server.define(Self.model)
        let id = try server.train(Self.request(epochs: 1500))
        try server.job(id, pastEpoch: 20)

        let again = try server.restarted(killing: true)
        defer { again.stop() }
        let job = try again.job(id, until: "succeeded")

        #expect(job["weights_sha256"] == whole["weights_sha256"])
        #expect(try job.course == whole.course)
    }

    @Test func `rows count by their sample weights`() throws {
        try withServer { server in
            try server.define(Samples.line)
            func trained(_ weights: String) throws -> Reply {
                try server.trained(
                    """
                    {"model": "line", "loss": "mse", "epochs": 3, "shuffle": false, "batch_size": 2,
                     "data": {"x": [[1, 2], [2, 1], [3, 5], [5, 3]], "y": [1.5, 2.5, 3.5, 4.5]\(weights)}}
                    """
                )
            }
            let plain = try trained("")
            let even = try trained(#", "sample_weight": [1, 1, 1, 1]"#)
            let uneven = try trained(#", "sample_weight": [1, 0, 2, 0.5]"#)

            #expect(even["weights_sha256"] == plain["weights_sha256"])
            #expect(uneven["weights_sha256"] != plain["weights_sha256"])
        }
    }

    @Test func `a validation set is measured after each epoch and never learned from`() throws {
        try withServer { server in
            try server.define(
                #"{"name": "words", "input_shape": [1], "layers": [{"type": "Dense", "units": 3, "activation": "softmax"}]}"#
            )
            func trained(_ more: String) throws -> Reply {
                try server.trained(
                    """
                    {"model": "words", "loss": "sparse_categorical_crossentropy", "epochs": 2, "metrics": ["accuracy"],
                     "data": {"x": [[1], [2], [3], [4]], "y": ["b", "c", "b", "c"]}\(more)}
                    """
                )
            }
            let plain = try trained(#", "validation_data": {"x": [[5]], "y": ["c"]}"#)
            let other = try trained(#", "validation_data": {"x": [[-7], [0]], "y": ["b", "b"]}"#)
            let third = try trained(#", "validation_data": {"x": [[5]], "y": ["a"]}"#)

            #expect(
                plain["history", "1"]?.members.map(\.key)
                    == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds"]
            )
            #expect(plain["weights_sha256"] == other["weights_sha256"], "the same rows were learned from")
            #expect(plain["history", "1", "loss"] == other["history", "1", "loss"])
            #expect(plain["history", "1", "val_loss"] != other["history", "1", "val_loss"])
            #expect(try plain["options", "validation_rows"]?.int() == 1)
            // A word that only the validation set has is a class of its own, the first in the order of words.
            #expect(try third["history", "1", "val_accuracy"]?.double() != nil)
            let labels = try server.get("/models/words/versions/3")["options", "labels"]
            #expect(try labels?.elements.map { word in try word.string() } == ["a", "b", "c"])
        }
    }

    @Test func `every step of a sequence may have a class`() throws {
        try withServer { server in
            try server.define(
                #"{"name": "steps", "input_shape": [3, 1], "layers": [{"type": "Dense", "units": 4, "activation": "softmax"}]}"#
            )
            let request = """
                {"model": "steps", "loss": "sparse_categorical_crossentropy",
                 "data": {"x": [[[1], [2], [3]], [[3], [2], [1]]], "y": [[0, 1, 3], [3, 1, LAST]]}}
                """

            let job = try server.trained(request.replacing("LAST", with: "0"))
            let refused = try server.post("/train", request.replacing("LAST", with: "4"))

            #expect(job["history"]?.count == 1)
            #expect(refused.status == 422)
            #expect(
                refused.faults == [
                    "/data/y/1 the target is 4.0, the loss takes class indices from 0 to 3; number the classes from 0, "
                        + "or give the last layer at least 5 units"
                ]
            )
        }
    }

    @Test func `a model over the limits that the server was given is refused with its estimated size`() throws {
        try withServer(["--max-parameters", "50"]) { server in
            try server.define(Samples.line)
            let reply = try server.post("/models", Self.model)

            #expect(reply.status == 422)
            #expect(
                reply.faults.first?.hasSuffix(#"with which the model has 126 (0.5 KiB) parameters; the limit is 50"#)
                    == true,
                "\(reply.faults)"
            )
        }
    }
}
