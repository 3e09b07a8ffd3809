import Foundation
import JSON
import Testing

/// Tables with words and holes, from the file to predictions, and what prepares them as part of the model.
@Suite(.sharedServer) struct TableTrainingTests {
    /// 120 passengers: women and children of the first classes live; some ages are missing.
    private static let passengers: String = {
        var lines = ["age,sex,class,survived"]
        for row in 0..<120 {
            let sex = row % 2 == 0 ? "female" : "male"
            let age = row % 7 == 0 ? "" : "\(4 + row * 5 % 60)"
            let level = ["first", "second", "third"][row % 3]
            lines.append("\(age),\(sex),\(level),\(sex == "female" && level != "third" ? "yes" : "no")")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    private static let model = """
        {"name": "%", "features": {"age": "float_normalized", "sex": "string_categorical", "class": "string_categorical"},
         "layers": [{"type": "Dense", "units": 16, "activation": "relu"}, {"type": "Dense", "units": 2, "activation": "softmax"}]}
        """

    private func upload(_ name: String) throws -> TestServer {
        let server = try TestServer.shared()
        let reply = try server.send("PUT", "/datasets/\(name)", text: Self.passengers, contentType: "text/csv")
        // Cases that run at the same time may put the same table.
        try #require([200, 201].contains(reply.status), "\(reply.text)")
        return server
    }

    @Test func `a table with words and holes trains and answers rows as objects`() throws {
        let server = try upload("passengers")
        try server.define(Self.model.replacing("%", with: "aboard"))
        let job = try server.trained(
            """
            {"model": "aboard", "dataset": "passengers", "targets": "survived", "epochs": 60, "optimizer": {"type": "Adam",
             "learning_rate": 0.02}, "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
            """
        )
        #expect(try #require(job["metrics", "accuracy"]).double() > 0.95)
        #expect(try #require(job["metrics", "test_accuracy"]).double() > 0.9)
        let reply = try server.post(
            "/predict",
            """
            {"model": "aboard", "instances": [{"age": 30, "sex": "female", "class": "first"},
             {"age": null, "sex": "male", "class": "third"}, {"sex": "martian", "class": "third", "age": 3}]}
            """
        )
        #expect(reply.status == 200, "\(reply.text)")
        #expect(try reply["labels", "0"]?.string() == "yes")
        #expect(try reply["labels", "1"]?.string() == "no")
        let notes = try #require(reply["notes"]).array().map { try $0.string() }
        #expect(notes.contains { $0.hasPrefix("instance 1:") && $0.contains("age") })
        #expect(notes.contains { $0.hasPrefix("instance 2:") && $0.contains("martian") })
    }

    @Test func `what the front has learned is shown, and is of the training rows alone`() throws {
        let server = try TestServer.shared()
        // The test rows, the last two, have a word and numbers that are nowhere else.
        let rows = (0..<8).map { "\($0),red,train,\($0 % 2)" } + ["900,blue,test,0", "901,blue,test,1"]
        let table = (["x,colour,part,label"] + rows).joined(separator: "\n")
        #expect(
            try server.send("PUT", "/datasets/parted?split=part", text: table, contentType: "text/csv").status == 201
        )
        try server.define(
            """
            {"name": "shown", "layers": [
              {"type": "InputLayer", "name": "x", "shape": [], "dtype": "float32"},
              {"type": "InputLayer", "name": "colour", "shape": [], "dtype": "string"},
              {"type": "Normalization", "name": "scaled", "inputs": ["x"], "axis": null},
              {"type": "StringLookup", "name": "looked", "inputs": ["colour"], "output_mode": "one_hot"},
              {"type": "Concatenate", "inputs": ["scaled", "looked"]},
              {"type": "Dense", "units": 2, "activation": "softmax"}]}
            """
        )
        let before = try server.get("/models/shown")
        #expect(before["parameters"]?.isNull == true, "\(before.text)")
        _ = try server.trained(
            #"{"model": "shown", "dataset": "parted", "targets": "label", "loss": "sparse_categorical_crossentropy"}"#
        )
        let model = try server.get("/models/shown")
        let layers = try #require(model["layers"]).array()
        let looked = try #require(layers.first { try $0["name"]?.string() == "looked" })
        // The unknown word and "red".
        #expect(try looked["vocabulary_size"]?.int() == 2, "\(model.text)")
        let scaled = try #require(layers.first { try $0["name"]?.string() == "scaled" })
        let mean = try #require(scaled["mean"])
        let number = mean.kind == .array ? try #require(mean.elements.first { _ in true }).double() : try mean.double()
        #expect(abs(number - 3.5) < 1e-5)
        #expect(try model["parameters"]?.int() == (1 + 2) * 2 + 2)
    }

    @Test func `the same job gives the same bits, and a resumed version keeps its words`() throws {
        let server = try upload("again")
        try server.define(Self.model.replacing("%", with: "repeated"))
        let request = """
            {"model": "repeated", "dataset": "again", "targets": "survived", "epochs": 3, "seed": 5,
             "loss": "sparse_categorical_crossentropy"%}
            """
        let one = try server.trained(request.replacing("%", with: ""))
        let other = try server.trained(request.replacing("%", with: ""))
        #expect(try one["weights_sha256"]?.string() == other["weights_sha256"]?.string())
        let next = try server.trained(request.replacing("%", with: #", "initial_version": 1"#))
        #expect(try next["state"]?.string() == "succeeded")
    }

    @Test func `a version restored elsewhere answers alike`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        #expect(try server.send("PUT", "/datasets/moved", text: Self.passengers, contentType: "text/csv").status == 201)
        try server.define(Self.model.replacing("%", with: "mover"))
        _ = try server.trained(
            #"{"model": "mover", "dataset": "moved", "targets": "survived", "loss": "sparse_categorical_crossentropy"}"#
        )
        let question = #"{"model": "mover", "instances": [{"age": 20, "sex": "male", "class": "second"}]}"#
        let before = try #require(try server.post("/predict", question)["predictions"]).source
        let archive = folder.path("mover.tar")
        let exported = try folder.trainyard("export", "mover", archive)
        #expect(exported.status == 0, "\(exported.errors)")
        let elsewhere = try TemporaryFolder()
        let other = try TestServer(on: elsewhere)
        defer { other.stop() }
        let imported = try elsewhere.trainyard("import", archive)
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(try #require(try other.post("/predict", question)["predictions"]).source == before)
    }

    @Test func `a model whose front has learned nothing says so`() throws {
        let server = try TestServer.shared()
        try server.define(Self.model.replacing("%", with: "blank"))
        let reply = try server.post("/predict", #"{"model": "blank", "instances": [{"sex": "male"}]}"#)
        #expect(reply.status == 422)
        #expect(reply.text.contains("has learned nothing yet"), "\(reply.text)")
    }

    @Test(arguments: [
        (#""targets": "lived""#, "/targets", "unknown column"),
        (#""targets": "survived", "inputs": {"age": "sex", "sex": "sex", "class": "class"}"#, "/inputs", "holds words"),
        (#""targets": "survived", "inputs": {"aeg": "age"}"#, "/inputs/aeg", "unknown input"),
    ])
    func `columns that don't fit are refused by name`(members: String, pointer: String, words: String) throws {
        let server = try TestServer.shared()
        if try server.get("/datasets/faulty").status != 200 { _ = try upload("faulty") }
        // Other cases may be about to make it too.
        let made = try server.post("/models", Self.model.replacing("%", with: "faulty"))
        try #require([201, 409].contains(made.status), "\(made.text)")
        let reply = try server.post(
            "/train",
            #"{"model": "faulty", "dataset": "faulty", "loss": "sparse_categorical_crossentropy", \#(members)}"#
        )
        #expect(reply.status == 422, "\(reply.text)")
        let fault = try #require(reply["errors"]?.elements.first { _ in true })
        #expect(try fault["pointer"]?.string() == pointer)
        #expect(reply.text.contains(words), "\(reply.text)")
    }

    @Test func `a front layer behind a trained one is refused`() throws {
        let server = try TestServer.shared()
        let reply = try server.post(
            "/models",
            """
            {"name": "turned", "input_shape": [4], "layers": [{"type": "Dense", "units": 4, "name": "d"},
             {"type": "Discretization", "bin_boundaries": [0.5]}, {"type": "Dense", "units": 1}]}
            """
        )
        #expect(reply.status == 422)
        #expect(reply.text.contains("has no gradient"), "\(reply.text)")
        #expect(try reply["errors", "0", "pointer"]?.string() == "/layers/1")
    }

    @Test func `three requests lead from a file to a model`() throws {
        let server = try upload("short")
        let reply = try server.post(
            "/models",
            #"{"name": "preset", "preset": "table", "dataset": "short", "target": "survived"}"#
        )
        try #require(reply.status == 201, "\(reply.text)")
        #expect(try reply["definition", "compile", "loss"]?.string() == "sparse_categorical_crossentropy")
        let job = try server.trained(#"{"model": "preset", "dataset": "short"}"#)
        #expect(try #require(job["metrics", "test_accuracy"]).double() > 0.9)
        // The definition that was shown can be posted again.
        let shown = try #require(reply["definition"]).source.replacing(#""name":"preset""#, with: #""name":"preset2""#)
        #expect(try server.post("/models", shown).status == 201)
        let csv = try server.send(
            "POST",
            "/predict?model=preset",
            text: "class,age,sex,extra\nfirst,30,female,1\nthird,,male,2\n",
            contentType: "text/csv"
        )
        #expect(csv.status == 200, "\(csv.text)")
        #expect(try csv["labels", "0"]?.string() == "yes")
        #expect(try csv["labels", "1"]?.string() == "no")
        #expect(csv.text.contains("left out: \\\"extra\\\""), "\(csv.text)")
    }
}
