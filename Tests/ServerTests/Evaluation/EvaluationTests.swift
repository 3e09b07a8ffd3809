import Foundation
import JSON
import Testing

/// Evaluations of trained models, on stored datasets and on rows in the request.
@Suite(.sharedServer) struct EvaluationTests {
    private static let passengers: String = {
        var lines = ["age,sex,class,survived"]
        for row in 0..<120 {
            let sex = row % 2 == 0 ? "female" : "male"
            let level = ["first", "second", "third"][row % 3]
            let lives = (sex == "female" && level != "third") != (row % 11 == 0)
            lines.append("\(row % 7 == 0 ? "" : "\(4 + row * 5 % 60)"),\(sex),\(level),\(lives ? "yes" : "no")")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// A model of the table, trained on it.
    private static func aboard(_ name: String, on server: TestServer, dataset: String) throws -> Reply {
        let upload = try server.send("PUT", "/datasets/\(dataset)", text: passengers, contentType: "text/csv")
        try #require([200, 201].contains(upload.status), "\(upload.text)")
        try server.define(
            """
            {"name": "\(name)", "features": {"age": "float_normalized", "sex": "string_categorical",
              "class": "string_categorical"}, "layers": [{"type": "Dense", "units": 8, "activation": "relu"},
              {"type": "Dense", "units": 2, "activation": "softmax"}]}
            """
        )
        return try server.trained(
            """
            {"model": "\(name)", "dataset": "\(dataset)", "targets": "survived", "epochs": 15, "seed": 5,
             "optimizer": {"type": "Adam", "learning_rate": 0.02}, "loss": "sparse_categorical_crossentropy",
             "metrics": ["accuracy"], "validation": {"split": 0.25, "by": "stratified"}}
            """
        )
    }

    @Test func `a classifier's figures are those of the job's own test`() throws {
        let server = try TestServer.shared()
        try server.define(Samples.cnn("judged"))
        let job = try server.trained(Samples.digits("judged", epochs: 1))
        let reply = try server.post("/evaluate", #"{"model": "judged", "dataset": "digits"}"#)
        try #require(reply.status == 200, "\(reply.text)")
        // To the last digit.
        #expect(reply["metrics", "loss"]?.source == job["metrics", "test_loss"]?.source)
        #expect(reply["metrics", "accuracy"]?.source == job["metrics", "test_accuracy"]?.source)
        #expect(try reply["version"]?.int() == 1)
        #expect(try reply["dataset"]?.string() == "digits" && reply["part"]?.string() == "test")
        let rows = try #require(reply["rows"]).int()
        let matrix = try #require(reply["confusion_matrix"]).elements.map { try $0.ints() }
        #expect(matrix.count == 10 && matrix.joined().reduce(0, +) == rows)
        let right = Double((0..<10).reduce(0) { $0 + matrix[$1][$1] }) / Double(rows)
        #expect(try reply["metrics", "accuracy"]?.double() == right)
        let classes = try #require(reply["classes"]).elements.map { $0 }
        #expect(try classes.reduce(0) { try $0 + #require($1["support"]).int() } == rows)
        for (place, own) in classes.enumerated() {
            #expect(try own["class"]?.int() == place)
            let points = try #require(own["roc"])
            #expect(points["threshold"]?.count == points["fpr"]?.count && points["fpr"]?.count == points["tpr"]?.count)
            #expect(points["threshold"]?[0]?.isNull == true)
            #expect(try 0...1 ~= #require(own["roc_auc"]).double())
            let curve = try #require(own["precision_recall"])
            #expect(try curve["recall"]?[0]?.double() == 1)
        }
        let bins = try #require(reply["calibration", "bins"]).elements.map { try #require($0["count"]).int() }
        #expect(bins.count == 10 && bins.reduce(0, +) == rows)
        let worst = try #require(reply["worst"]).elements.map { try #require($0["loss"]).double() }
        #expect(worst == worst.sorted(by: >) && worst.count == 20)
    }

    @Test func `the rows that are worst are those of the dataset, with the model's answers`() throws {
        let server = try TestServer.shared()
        _ = try Self.aboard("worst", on: server, dataset: "worstrows")
        let reply = try server.post("/evaluate", #"{"model": "worst", "dataset": "worstrows", "part": "all"}"#)
        try #require(reply.status == 200, "\(reply.text)")
        #expect(try reply["rows"]?.int() == 120)
        for entry in try #require(reply["worst"]).elements {
            let row = try #require(entry["row"]).int()
            let page = try server.get("/datasets/worstrows/rows?offset=\(row)&limit=1")
            let values = try #require(page["rows", "0", "values"])
            #expect(values["survived"]?.source == entry["target"]?.source)
            let age = values["age"]?.source ?? "null"
            let answer = try server.post(
                "/predict",
                """
                {"model": "worst", "instances": [{"age": \(age), "sex": \(#require(values["sex"]).source),
                 "class": \(#require(values["class"]).source)}]}
                """
            )
            #expect(answer["labels", "0"]?.source == entry["prediction"]?.source, "\(answer.text)")
        }
    }

    @Test func `a table's parts are those that its job learned from, validated and tested on`() throws {
        let server = try TestServer.shared()
        let job = try Self.aboard("parted", on: server, dataset: "partedrows")
        func evaluated(_ part: String) throws -> Reply {
            let reply = try server.post(
                "/evaluate",
                #"{"model": "parted", "dataset": "partedrows", "part": "\#(part)"}"#
            )
            try #require(reply.status == 200, "\(reply.text)")
            return reply
        }
        let (test, validation) = (try evaluated("test"), try evaluated("validation"))
        #expect(test["metrics", "loss"]?.source == job["metrics", "test_loss"]?.source)
        #expect(test["metrics", "accuracy"]?.source == job["metrics", "test_accuracy"]?.source)
        #expect(validation["metrics", "loss"]?.source == job["metrics", "val_loss"]?.source)
        #expect(validation["metrics", "accuracy"]?.source == job["metrics", "val_accuracy"]?.source)
        #expect(try test["classes", "1", "label"]?.string() == "yes")
        let counts = try ["train", "validation", "test", "all"].map { try #require(evaluated($0)["rows"]).int() }
        #expect(counts[0] + counts[1] + counts[2] == counts[3] && counts[3] == 120)
        #expect(try #require(test["notes"]).array().contains { try $0.string().contains("names no parts") })
    }

    @Test func `words are the model's classes, also where others come in another order`() throws {
        let server = try TestServer.shared()
        _ = try Self.aboard("worded", on: server, dataset: "wordedrows")
        // "yes" is class 1 of the model, and would be class 0 of these rows.
        let records = """
            {"model": "worded", "data": [{"age": 30, "sex": "female", "class": "first", "survived": "yes"},
             {"age": 40, "sex": "female", "class": "second", "survived": "yes"}]}
            """
        let reply = try server.post("/evaluate", records)
        try #require(reply.status == 200, "\(reply.text)")
        #expect(reply["dataset"]?.isNull == true && reply["part"]?.isNull == true)
        #expect(try reply["classes", "1", "support"]?.int() == 2)
        // No row has the class 0, so that it has no curves.
        #expect(reply["classes", "0", "roc_auc"]?.isNull == true && reply["classes", "0", "roc"]?.isNull == true)
        #expect(reply["classes", "0", "average_precision"]?.isNull == true)
        #expect(reply["classes", "1", "roc_auc"]?.isNull == true)
        #expect(try reply["classes", "1", "average_precision"]?.double() == 1)
        let unknown = try server.post("/evaluate", records.replacing("\"yes\"}]", with: "\"perhaps\"}]"))
        #expect(unknown.status == 422)
        #expect(unknown.faults.contains { $0.hasPrefix("/data row 1: unknown class \"perhaps\"") }, "\(unknown.text)")
        // Nothing of the rows stays.
        #expect(try server.get("/models/worded/versions/1/evaluations")["evaluations"]?.count == 0)
    }

    @Test func `a regressor's errors are those of the job's own test, and its residuals are told`() throws {
        let server = try TestServer.shared()
        try server.define(Samples.gru.replacing("\"gru\"", with: "\"spots\""))
        let job = try server.trained(
            Samples.sunspots.replacing("\"gru\"", with: "\"spots\"").replacing("\"epochs\": 40", with: "\"epochs\": 2")
        )
        let reply = try server.post("/evaluate", #"{"model": "spots", "dataset": "sunspots"}"#)
        try #require(reply.status == 200, "\(reply.text)")
        #expect(reply["metrics", "loss"]?.source == job["metrics", "test_loss"]?.source)
        #expect(reply["metrics", "mae"]?.source == job["metrics", "test_mae"]?.source)
        let mse = try #require(reply["metrics", "mse"]).double()
        #expect(abs(mse - (try #require(reply["metrics", "loss"]).double())) < 1e-4 * mse)
        #expect(try abs(#require(reply["metrics", "rmse"]).double() - mse.squareRoot()) < 1e-9 * mse)
        #expect(try #require(reply["metrics", "r2"]).double() <= 1)
        let quantiles = try ["0.05", "0.25", "0.5", "0.75", "0.95"].map {
            try #require(reply["residuals", "quantiles"]?[$0]).double()
        }
        #expect(quantiles == quantiles.sorted())
        let (mean, deviation) = (
            try #require(reply["residuals", "mean"]).double(), try #require(reply["residuals", "std"]).double()
        )
        #expect(abs(mean * mean + deviation * deviation - mse) < 1e-6 * mse)
        #expect(reply["classes"] == nil && reply["confusion_matrix"] == nil)
    }

    @Test func `rows in the request are judged as they are, by the loss that it names`() throws {
        let server = try TestServer.shared()
        // Initial weights of a network without any answer what they are sent.
        try server.define(
            #"{"name": "echo", "input_shape": [1], "layers": [{"type": "Activation", "activation": "linear"}]}"#
        )
        let rows = #""data": {"x": [[1], [2], [4]], "y": [1, 3, 7]}"#
        let reply = try server.post("/evaluate", #"{"model": "echo", "loss": "mse", \#(rows)}"#)
        try #require(reply.status == 200, "\(reply.text)")
        #expect(try reply["version"]?.int() == 0)
        #expect(try abs(#require(reply["metrics", "mse"]).double() - 10.0 / 3) < 1e-12)
        #expect(try reply["metrics", "mae"]?.double() == 4.0 / 3)
        #expect(try reply["worst", "0", "row"]?.int() == 2 && reply["worst", "0", "loss"]?.double() == 9)
        #expect(try reply["worst", "0", "target"]?.double() == 7 && reply["worst", "0", "prediction"]?.double() == 4)
        let missing = try server.post("/evaluate", #"{"model": "echo", \#(rows)}"#)
        #expect(missing.status == 422 && missing.faults.contains { $0.hasPrefix("/loss missing;") }, "\(missing.text)")
        let measured = try server.post(
            "/evaluate",
            #"{"model": "echo", "loss": "mae", "metrics": ["mape"], \#(rows)}"#
        )
        #expect(try abs(#require(measured["metrics", "mape"]).double() - 100 * (0 + 1.0 / 3 + 3.0 / 7) / 3) < 1e-4)
    }

    @Test func `logits are judged by the probabilities that the loss makes of them`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "logit", "input_shape": [1], "layers": [{"type": "Activation", "activation": "linear"}]}"#
        )
        let reply = try server.post(
            "/evaluate",
            """
            {"model": "logit", "loss": {"type": "binary_crossentropy", "from_logits": true}, "metrics": ["accuracy"],
             "data": {"x": [[0.25], [-0.25], [3], [-3]], "y": [1, 1, 1, 0]}}
            """
        )
        try #require(reply.status == 200, "\(reply.text)")
        // 0.25 is a probability of 0.56.
        #expect(try reply["metrics", "accuracy"]?.double() == 0.75)
        #expect(try reply["confusion_matrix"]?.elements.map { try $0.ints() } == [[1, 0], [1, 2]])
        #expect(
            try abs(#require(reply["classes", "1", "precision_recall", "threshold", "3"]).double() - 0.952_574_1) < 1e-6
        )
        #expect(try reply["classes", "0", "class"]?.int() == 0)
        #expect(try reply["classes", "1", "roc_auc"]?.double() == 1)
    }

    @Test func `each of several outputs is judged by itself`() throws {
        let server = try TestServer.shared()
        try server.define(SeveralInputsTests.model)
        _ = try server.trained(SeveralInputsTests.request(epochs: 3))
        let rows = SeveralInputsTests.rows(30)
        let reply = try server.post(
            "/evaluate",
            """
            {"model": "two", "data": {"x": {"series": \(rows.series), "point": \(rows.point)},
             "y": {"side": \(rows.side), "size": \(rows.size)}}}
            """
        )
        try #require(reply.status == 200, "\(reply.text)")
        #expect(try reply["outputs", "side", "classes", "0", "label"]?.string() == "left")
        #expect(
            try reply["outputs", "side", "metrics", "accuracy"]?.double()
                == reply["metrics", "side_accuracy"]?.double()
        )
        let (own, other) = (reply["outputs", "size", "metrics", "mae"], reply["metrics", "size_mae"])
        #expect(try abs(#require(own).double() - #require(other).double()) < 1e-6)
        #expect(reply["outputs", "size", "residuals"] != nil && reply["classes"] == nil)
        #expect(reply["outputs", "size", "worst"]?.count == 20)
    }

    @Test func `a text's rows go through the model's own front`() throws {
        let server = try TestServer.shared()
        let lines = (0..<80).map { row in
            row % 2 == 0 ? "win a free prize now call \(row),spam" : "see you at the station at \(row),ham"
        }
        let table = "text,label\n" + lines.joined(separator: "\n")
        #expect(try server.send("PUT", "/datasets/letters", text: table, contentType: "text/csv").status == 201)
        let model = try server.post("/models", #"{"name": "sorter", "preset": "text", "dataset": "letters"}"#)
        try #require(model.status == 201, "\(model.text)")
        let job = try server.trained(#"{"model": "sorter", "dataset": "letters", "epochs": 2}"#)
        let reply = try server.post("/evaluate", #"{"model": "sorter", "dataset": "letters"}"#)
        #expect(reply.status == 200, "\(reply.text)")
        #expect(reply["metrics", "loss"]?.source == job["metrics", "test_loss"]?.source)
        let inline = try server.post(
            "/evaluate",
            #"{"model": "sorter", "data": [{"text": "a free prize", "label": "spam"}]}"#
        )
        #expect(try inline["rows"]?.int() == 1, "\(inline.text)")
    }
}
