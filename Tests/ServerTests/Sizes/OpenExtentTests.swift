import Foundation
import JSON
import Testing

/// Models whose inputs have extents of any length, from inline rows and from columns.
@Suite(.sharedServer) struct OpenExtentTests {
    /// Sequences of 2 to 14 steps of two numbers, of class 1 where the first numbers add up to more.
    private static let rows: [(steps: [[Double]], label: Int)] = (0..<90).map { row in
        let length = 2 + row * 7 % 13
        let label = row % 2
        let steps = (0..<length).map { step -> [Double] in
            let noise = Double((row * 31 + step * 17) % 10) / 20
            return label == 1 ? [0.5 + noise, noise] : [noise, 0.5 + noise]
        }
        return (steps, label)
    }

    private static let options =
        #""loss": "sparse_categorical_crossentropy", "epochs": 25, "batch_size": 16, "metrics": ["accuracy"], "#
        + #""optimizer": {"type": "Adam", "learning_rate": 0.02}, "validation_split": 0.2"#

    /// The same, of which every third step is of the other kind.
    private static let mixed: [[[Double]]] = rows.enumerated().map { row, own in
        own.steps.enumerated().map { step, numbers in (row + step) % 3 == 0 ? numbers.reversed() : numbers }
    }

    private func learn(
        _ server: TestServer,
        _ name: String,
        _ layers: String,
        _ rows: [[[Double]]],
        labels: String
    ) throws -> Reply {
        let model = try server.post(
            "/models",
            #"{"name": "\#(name)", "input_shape": [null, 2], "layers": [\#(layers)]}"#
        )
        try #require(model.status == 201, "\(model.text)")
        let inputs = rows.map { "\($0)" }.joined(separator: ",")
        return try server.trained(
            #"{"model": "\#(name)", "data": {"x": [\#(inputs)], "y": [\#(labels)]}, \#(Self.options)}"#
        )
    }

    @Test func `rows of unequal length are learned, and each is answered as if it were alone`() throws {
        let server = try TestServer.shared()
        let layers = #"{"type": "GRU", "units": 8}, {"type": "Dense", "units": 2, "activation": "softmax"}"#
        let labels = Self.rows.map { "\($0.label)" }.joined(separator: ",")
        let job = try learn(server, "any-length", layers, Self.rows.map(\.steps), labels: labels)
        #expect(try #require(job["metrics", "val_accuracy"]).double() > 0.9, "\(job.text)")

        let model = try server.get("/models/any-length")
        #expect(model["input_shape"]?.source == "[null,2]", "\(model.text)")
        #expect(model["output_shape"]?.source == "[2]")
        #expect(model["definition", "input_shape"]?.source == "[null,2]")
        let instances = [3, 0, 7, 12, 5].map { "\(Self.rows[$0].steps)" } + ["[[0.25, 0.75]]"]
        let together = try server.post(
            "/predict",
            #"{"model": "any-length", "instances": [\#(instances.joined(separator: ","))]}"#
        )
        #expect(together.status == 200, "\(together.text)")
        for (place, instance) in instances.enumerated() {
            let alone = try server.post("/predict", #"{"model": "any-length", "instances": [\#(instance)]}"#)
            let expected = try #require(alone["predictions", "0"]?.source)
            #expect(together["predictions", "\(place)"]?.source == expected, "instance \(place)")
        }
    }

    @Test func `each step is answered, as many as the instance has`() throws {
        let server = try TestServer.shared()
        let layers =
            #"{"type": "GRU", "units": 8, "return_sequences": true}, {"type": "Dense", "units": 2, "activation": "softmax"}"#
        let labels = Self.mixed.map { "\($0.map { $0[0] > $0[1] ? 1 : 0 })" }.joined(separator: ",")
        let job = try learn(server, "any-steps", layers, Self.mixed, labels: labels)
        #expect(try #require(job["metrics", "val_accuracy"]).double() > 0.95, "\(job.text)")
        #expect(try server.get("/models/any-steps")["output_shape"]?.source == "[null,2]")

        let reply = try server.post(
            "/predict",
            #"{"model": "any-steps", "instances": [[[0.9, 0.1]], [[0.1, 0.9], [0.9, 0.2], [0.2, 0.8]]]}"#
        )
        #expect(reply["predictions", "0"]?.count == 1, "\(reply.text)")
        #expect(reply["predictions", "1"]?.count == 3)
        #expect(reply["classes"]?.source == "[[1],[0,1,0]]")
        let alike = try server.post(
            "/predict",
            #"{"model": "any-steps", "instances": [[[0.1, 0.9], [0.9, 0.2]], [[0.9, 0.1], [0.1, 0.7]]]}"#
        )
        #expect(alike["classes"]?.source == "[[0,1],[1,0]]", "\(alike.text)")
    }

    @Test func `images of any size go through a network that pools over them`() throws {
        let server = try TestServer.shared()
        let layers =
            #"{"type": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"}, "#
            + #"{"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 2, "activation": "softmax"}"#
        try server.define(#"{"name": "any-size", "input_shape": [null, null, 1], "layers": [\#(layers)]}"#)
        func image(_ height: Int, _ width: Int, bright: Bool) -> [[[Double]]] {
            (0..<height).map { y in (0..<width).map { x in [Double((x + y) % 3) / 10 + (bright ? 0.6 : 0)] } }
        }
        let sizes = [(5, 7), (9, 4), (5, 7), (6, 6)]
        let images = (0..<40).map { image(sizes[$0 % 4].0, sizes[$0 % 4].1, bright: $0 % 3 == 0) }
        let job = try server.trained(
            #"{"model": "any-size", "data": {"x": \#(images), "y": \#((0..<40).map { $0 % 3 == 0 ? 1 : 0 })}, \#(Self.options)}"#
        )
        #expect(try #require(job["metrics", "accuracy"]).double() > 0.9, "\(job.text)")

        let reply = try server.post(
            "/predict",
            #"{"model": "any-size", "instances": [\#(image(11, 3, bright: true)), \#(image(4, 8, bright: false))]}"#
        )
        #expect(reply["classes"]?.source == "[1,0]", "\(reply.text)")
        let small = try server.post(
            "/predict",
            #"{"model": "any-size", "instances": [\#(image(5, 5, bright: true)), \#(image(2, 2, bright: true))]}"#
        )
        #expect(small.status == 422 && small["errors", "0", "pointer"]?.source == #""/instances/1""#, "\(small.text)")
    }

    @Test func `texts of any length are learned without being cut or filled up`() throws {
        let server = try TestServer.shared()
        var lines = ["text,label"]
        for row in 0..<80 {
            let filler = Array(repeating: "well", count: row % 9).joined(separator: " ")
            lines.append(
                "\(filler) \(row % 2 == 0 ? "very good" : "quite bad") \(filler),\(row % 2 == 0 ? "yes" : "no")"
            )
        }
        let upload = try server.send(
            "PUT",
            "/datasets/any-texts",
            text: lines.joined(separator: "\n"),
            contentType: "text/csv"
        )
        try #require(upload.status == 201, "\(upload.text)")
        let layers =
            #"{"type": "InputLayer", "dtype": "string", "shape": [], "name": "text"}, "#
            + #"{"type": "TextVectorization", "max_tokens": 50}, {"type": "Embedding", "input_dim": 50, "output_dim": 8}, "#
            + #"{"type": "LSTM", "units": 8}, {"type": "Dense", "units": 2, "activation": "softmax"}"#
        let model = try server.post("/models", #"{"name": "any-text", "layers": [\#(layers)]}"#)
        try #require(model.status == 201, "\(model.text)")
        let options =
            #""loss": "sparse_categorical_crossentropy", "epochs": 20, "batch_size": 16, "metrics": ["accuracy"], "#
            + #""optimizer": {"type": "Adam", "learning_rate": 0.02}"#
        let trial = try server.post(
            "/train?dry_run=true",
            #"{"model": "any-text", "dataset": "any-texts", "inputs": "text", "targets": "label", \#(options)}"#
        )
        #expect(trial.status == 200, "\(trial.text)")
        let job = try server.trained(
            #"{"model": "any-text", "dataset": "any-texts", "inputs": "text", "targets": "label", \#(options)}"#
        )
        #expect(try #require(job["metrics", "test_accuracy"]).double() == 1, "\(job.text)")

        let reply = try server.post(
            "/predict",
            #"{"model": "any-text", "instances": ["good", "well well well well well well well well well well well well bad"]}"#
        )
        #expect(reply["labels"]?.source == #"["yes","no"]"#, "\(reply.text)")
        let alone = try server.post("/predict", #"{"model": "any-text", "instances": ["good"]}"#)
        #expect(alone["predictions", "0"]?.source == reply["predictions", "0"]?.source)
    }

    @Test func `what doesn't fit is told where it stands`() throws {
        let server = try TestServer.shared()
        let flat = try server.post(
            "/models",
            #"{"name": "flat", "input_shape": [null, 2], "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1}]}"#
        )
        #expect(flat.status == 422 && flat["errors", "0", "pointer"]?.source == #""/layers/1""#, "\(flat.text)")
        #expect(flat.text.contains("needs to know the extents that are null"))

        try server.define(#"{"name": "picky", "input_shape": [null, 2], "layers": [{"type": "GRU", "units": 1}]}"#)
        func fault(_ instance: String) throws -> Reply {
            let reply = try server.post("/predict", #"{"model": "picky", "instances": [[[1, 2]], \#(instance)]}"#)
            #expect(reply.status == 422, "\(reply.text)")
            return reply
        }
        #expect(try fault("[[1, 2], [3]]")["errors", "0", "pointer"]?.source == #""/instances/1/1""#)
        #expect(try fault("[]")["errors", "0", "pointer"]?.source == #""/instances/1""#)
        #expect(try fault("[1, 2]").text.contains("/instances/1/0"))
        func training(_ data: String) throws -> Reply {
            let reply = try server.post("/train", #"{"model": "picky", "data": \#(data), "loss": "mse"}"#)
            #expect(reply.status == 422, "\(reply.text)")
            return reply
        }
        let ragged = try training(#"{"x": [[[1, 2]], [[1, 2], [3]]], "y": [1, 2]}"#)
        #expect(ragged["errors", "0", "pointer"]?.source == #""/data/x/1/1""#, "\(ragged.text)")
        let words = try training(#"{"x": [[[1, 2]], [[1, 2], ["3", 4]]], "y": [1, 2]}"#)
        #expect(words["errors", "0", "pointer"]?.source == #""/data/x/1/1/0""#, "\(words.text)")

        try server.define(#"{"name": "stiff", "input_shape": [3, 2], "layers": [{"type": "GRU", "units": 1}]}"#)
        let stiff = try server.post(
            "/train",
            #"{"model": "stiff", "data": {"x": [[[1, 2]], [[1, 2], [3, 4]]], "y": [1, 2]}, "loss": "mse"}"#
        )
        #expect(stiff.status == 422, "\(stiff.text)")
    }

    @Test func `windows of a series are learned by a model of any length`() throws {
        let server = try TestServer.shared()
        let layers = #"{"type": "GRU", "units": 3}, {"type": "Dense", "units": 1}"#
        for (name, extent) in [("any-window", "null"), ("one-window", "12")] {
            try server.define(
                #"{"name": "\#(name)", "input_shape": [\#(extent), 1], "seed": 5, "layers": [\#(layers)]}"#
            )
        }
        let table = "v\n" + (0..<120).map { "\(Double($0 * 7 % 11) / 11)\n" }.joined()
        let put = try server.send("PUT", "/datasets/any-windows", text: table, contentType: "text/csv")
        try #require(put.status == 201, "\(put.text)")
        let hashes = try ["any-window", "one-window"].map { name in
            try server.trained(
                #"{"model": "\#(name)", "dataset": "any-windows", "inputs": "v", "targets": "v", "loss": "mse", "#
                    + #""epochs": 2, "window": {"steps": 12, "horizon": 1}}"#
            )["weights_sha256"]?.string()
        }
        #expect(hashes[0] != nil && hashes[0] == hashes[1])
        let longer = try server.post(
            "/predict",
            #"{"model": "any-window", "instances": [\#(Array(repeating: [0.5], count: 30))]}"#
        )
        #expect(longer.status == 200, "\(longer.text)")
    }

    @Test func `what was learned of rows of unequal length is evaluated on such rows`() throws {
        let server = try TestServer.shared()
        let layers = #"{"type": "GRU", "units": 8}, {"type": "Dense", "units": 2, "activation": "softmax"}"#
        let labels = Self.rows.map { "\($0.label)" }.joined(separator: ",")
        let job = try learn(server, "judged-lengths", layers, Self.rows.map(\.steps), labels: labels)
        // The last fifth, which the job validated with.
        let held = Self.rows.suffix(18)
        let data = #"{"x": [\#(held.map { "\($0.steps)" }.joined(separator: ","))], "y": \#(held.map(\.label))}"#
        let reply = try server.post(
            "/evaluate",
            #"{"model": "judged-lengths", "data": \#(data), "metrics": ["accuracy"]}"#
        )
        #expect(reply.status == 200, "\(reply.text)")
        let (found, expected) = (try #require(reply["metrics", "loss"]), try #require(job["metrics", "val_loss"]))
        #expect(try abs(found.double() - expected.double()) < 1e-6)
        #expect(reply["metrics", "accuracy"]?.source == job["metrics", "val_accuracy"]?.source)
        #expect(try #require(reply["rows"]).int() == 18)
    }

    @Test(arguments: ["[0]", "[0, 1]", "[0, 2, 0, 2]", "[1, 2, 1, 2]", "[0, 0, 0]", "[0.0, 1.0, 2.0]"])
    func `classes are numbers that need not all be there`(labels: String) throws {
        let server = try TestServer.shared()
        let count = labels.split(separator: ",").count
        let name = "sparse-" + labels.filter { !"[], ".contains($0) }
        let head = #"{"type": "Dense", "units": 3, "activation": "softmax"}"#
        try server.define(
            #"{"name": "\#(name)", "input_shape": [null, 1], "layers": [{"type": "GRU", "units": 2}, \#(head)]}"#
        )
        let rows = (0..<count).map { row in Array(repeating: [1], count: row + 1) }
        let data = #"{"x": \#(rows), "y": \#(labels)}"#
        let loss = #""loss": "sparse_categorical_crossentropy""#
        let evaluated = try server.post("/evaluate", #"{"model": "\#(name)", "data": \#(data), \#(loss)}"#)
        #expect(evaluated.status == 200, "\(evaluated.text)")
        #expect(try #require(evaluated["rows"]).int() == count)
        _ = try server.trained(#"{"model": "\#(name)", "data": \#(data), \#(loss), "epochs": 1}"#)
    }

    @Test func `what a row's size decides is null before one is known, as described`() throws {
        let server = try TestServer.shared()
        let checked = try server.post(
            "/models?dry_run=true",
            #"{"name": "undecided", "input_shape": [null, 2], "layers": [{"type": "GRU", "units": 4}]}"#
        )
        #expect(checked["operations_per_sample"]?.isNull == true, "\(checked.text)")
        let description = try server.get("/openapi.json")
        for figure in ["operations_per_sample", "peak_bytes"] {
            let schema = description["components", "schemas", "CheckedModel", "properties", figure]
            #expect(schema?.source.contains("null") == true, "\(figure): \(schema?.source ?? "")")
        }
    }

    @Test func `a text without a token is one of padding`() throws {
        let server = try TestServer.shared()
        let table = "text,label\ngood film,yes\n!!!,no\nbad,no\nvery good film,yes\n"
        let upload = try server.send("PUT", "/datasets/blank-texts", text: table, contentType: "text/csv")
        try #require(upload.status == 201, "\(upload.text)")
        let layers =
            #"{"type": "InputLayer", "dtype": "string", "shape": [], "name": "text"}, "#
            + #"{"type": "TextVectorization", "max_tokens": 20}, "#
            + #"{"type": "Embedding", "input_dim": 20, "output_dim": 4, "mask_zero": true}, "#
            + #"{"type": "GRU", "units": 3}, {"type": "Dense", "units": 2, "activation": "softmax"}"#
        let model = try server.post("/models", #"{"name": "blank", "layers": [\#(layers)]}"#)
        try #require(model.status == 201, "\(model.text)")
        _ = try server.trained(
            #"{"model": "blank", "dataset": "blank-texts", "inputs": "text", "targets": "label", "loss": "sparse_categorical_crossentropy", "epochs": 2}"#
        )
        let reply = try server.post("/predict", #"{"model": "blank", "instances": ["", "   ", "good"]}"#)
        #expect(reply.status == 200, "\(reply.text)")
        #expect(reply["predictions", "0"]?.source == reply["predictions", "1"]?.source)
    }
}
