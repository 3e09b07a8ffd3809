import Foundation
import JSON
import Testing

/// Keras's models with layers that prepare data: what they compute there of words, tables and pictures, they compute here,
/// and so does what is written of them.
@Suite(.sharedServer) struct KerasFrontTests {
    private static let folder = "keras3-fronts"

    /// Files with an optimizer's state or a refusal have tests of their own.
    private static let files = ["keras", "h5", "to_json.json"].flatMap { suffix in
        FixtureCase.names(in: folder, endingWith: ".\(suffix)")
    }.filter { file in !others.contains { file.hasPrefix($0) } }
    private static let others = ["space", "stft_trained", "conv_lstm_stateful", "text_twice", "text_bomb", "text_lost"]

    private struct Case {
        let instances: JSONValue
        let outputs: [String: [Double]]

        init(_ file: String) throws {
            let name = file.split(separator: ".")[0]
            let root = try JSONDocument(parsing: FixtureCase.bytes("\(folder)/\(name).json")).root
            instances = try #require(root["instances"])
            outputs = try Dictionary(
                uniqueKeysWithValues: #require(root["outputs"]).members.map { output in
                    (output.key, FixtureTensor.numbers(in: output.value["data"]))
                }
            )
        }

        func difference(from predictions: JSONValue) throws -> Double {
            var greatest = 0.0
            for (name, numbers) in outputs {
                let found = predictions.elements.flatMap { row in
                    FixtureTensor.numbers(in: outputs.count > 1 ? row[name] : row)
                }
                try #require(found.count == numbers.count, "\(name): \(found.count) numbers, not \(numbers.count)")
                greatest = zip(found, numbers).reduce(greatest) { max($0, abs($1.0 - $1.1)) }
            }
            return greatest
        }
    }

    private func predictions(_ server: TestServer, _ name: String, _ instances: JSONValue) throws -> JSONValue {
        let answer = try server.post("/predict", #"{"model":"\#(name)","instances":\#(instances.source)}"#)
        return try #require(answer["predictions"], "\(answer.text)")
    }

    @Test(arguments: files.filter { !$0.hasSuffix("json") })
    func `predictions are Keras's, and those of what is written`(file: String) throws {
        let server = try TestServer.shared()
        let expected = try Case(file)
        let name = "front-" + file.replacing(".", with: "-")
        let made = try server.importFile(FixtureCase.bytes("\(Self.folder)/\(file)"), "?name=\(name)")
        try #require(made.status == 201, "\(made.text)")
        #expect(try made["version"]?.int() == 1)
        let found = try predictions(server, name, expected.instances)
        #expect(try expected.difference(from: found) < 1e-5)
        for format in ["keras", "h5"] {
            let export = try server.get("/models/\(name)/export?format=\(format)")
            if export.status == 422 {
                // What Keras 2 lacks.
                #expect(format == "h5" && export.faults.allSatisfy { $0.contains("Keras 2") }, "\(export.text)")
                continue
            }
            try #require(export.status == 200, "\(export.text)")
            #expect(try server.get("/models/\(name)/export?format=\(format)").body == export.body)
            let copy = "\(name)-\(format)-again"
            let again = try server.importFile(export.body, "?name=\(copy)")
            try #require(again.status == 201, "\(again.text)")
            #expect(try predictions(server, copy, expected.instances).source == found.source)
        }
        #expect(try server.get("/models/\(name)/export?format=onnx").status == 422)
    }

    @Test(arguments: files.filter { $0.hasSuffix("json") })
    func `what to_json gives is a definition`(file: String) throws {
        let server = try TestServer.shared()
        let name = "front-" + file.replacing(".", with: "-")
        let body = String(decoding: try FixtureCase.bytes("\(Self.folder)/\(file)"), as: UTF8.self)
        let document = try JSONDocument(parsing: body).root
        let definition = String(document.source.dropLast()) + #","name":"\#(name)"}"#
        let made = try server.post("/models", definition)
        try #require(made.status == 201, "\(made.text)")
        let types = try #require(made["layers"]).elements.compactMap { try? $0["type"]?.string() }
        #expect(types.contains { ["TextVectorization", "StringLookup"].contains($0) }, "\(made.text)")
        #expect(try server.get("/models/\(name)")["layers"]?.count == types.count)
    }

    @Test func `what layers have learned is Keras's`() throws {
        let server = try TestServer.shared()
        let bytes = try FixtureCase.bytes("\(Self.folder)/table.keras")
        #expect(try server.importFile(bytes, "?name=front-learned").status == 201)
        let model = try server.get("/models/front-learned")
        let layers = try #require(model["layers"]).elements.map { $0 }
        func layer(_ name: String) throws -> JSONValue {
            try #require(layers.first { (try? $0["name"]?.string()) == name })
        }
        #expect(try layer("sex_l")["vocabulary_size"]?.int() == 4)
        #expect(try layer("class_l")["vocabulary_size"]?.int() == 5)
        #expect(try layer("fare_b")["bin_boundaries"]?.count == 3)
        #expect(try #require(try layer("age_n")["mean"]?[0]?.double()) > 20)
    }

    @Test func `what can't be kept is named with what to do`() throws {
        let server = try TestServer.shared()
        let space = try server.importFile(FixtureCase.bytes("\(Self.folder)/space.keras"), "?name=front-space")
        #expect(space.status == 422 && space.text.contains("a FeatureSpace is no model"), "\(space.text)")
        let trained = try server.importFile(FixtureCase.bytes("\(Self.folder)/stft_trained.keras"), "?name=front-stft")
        #expect(trained.status == 422 && trained.text.contains("kernels that were trained"), "\(trained.text)")
        #expect(trained.faults.contains { $0.hasPrefix("/config.json#/config/layers/1") }, "\(trained.text)")

        try server.define(
            #"""
            {"name": "front-holes", "layers": [{"type": "InputLayer", "name": "x", "dtype": "float32", "shape": [1]},
             {"type": "Imputation", "name": "filled"}, {"type": "Dense", "units": 1}]}
            """#
        )
        let job = try server.trained(
            #"{"model": "front-holes", "loss": "mse", "epochs": 1, "data": {"x": [[1], [2], [3], [4], [5]], "y": [1, 2, 3, 4, 5]}}"#
        )
        #expect(try job["state"]?.string() == "succeeded", "\(job.text)")
        let reply = try server.get("/models/front-holes/export?format=keras")
        #expect(reply.status == 422 && reply.text.contains("Imputation") && reply.text.contains("fill what is missing"))
        #expect(reply.faults.contains { $0.hasPrefix("/definition/layers/1") }, "\(reply.text)")
    }

    @Test func `vocabularies of strangers are read with care, and missed ones learned`() throws {
        let server = try TestServer.shared()
        let twice = try server.importFile(FixtureCase.bytes("\(Self.folder)/text_twice.keras"), "?name=front-twice")
        #expect(twice.status == 422 && twice.text.contains(#"\"cat\" more than once"#), "\(twice.text)")
        let bomb = try server.importFile(FixtureCase.bytes("\(Self.folder)/text_bomb.keras"), "?name=front-bomb")
        #expect(bomb.status == 422 && bomb.faults.contains { $0.hasPrefix("/assets/") }, "\(bomb.text)")
        let lost = try server.importFile(FixtureCase.bytes("\(Self.folder)/text_lost.keras"), "?name=front-lost")
        #expect(lost.status == 201 && lost.text.contains("has no vocabulary for"), "\(lost.text)")
        let asked = try server.post("/predict", #"{"model": "front-lost", "instances": [["cat"]]}"#)
        #expect(asked.status == 422 && asked.text.contains("has learned nothing yet"), "\(asked.text)")
        let export = try server.get("/models/front-lost/export?format=keras")
        #expect(export.status == 422 && export.text.contains("train the model first"), "\(export.text)")
    }

    @Test func `a stateful convolutional memory goes on as in Keras`() throws {
        let server = try TestServer.shared()
        let bytes = try FixtureCase.bytes("\(Self.folder)/conv_lstm_stateful.keras")
        let made = try server.importFile(bytes, "?name=front-memory")
        try #require(made.status == 201, "\(made.text)")
        let calls = try JSONDocument(parsing: FixtureCase.bytes("\(Self.folder)/conv_lstm_stateful.json")).root
        for call in calls.elements {
            let instances = try #require(call["instances"])
            let answer = try server.post(
                "/predict",
                #"{"model": "front-memory", "session": "one", "instances": \#(instances.source)}"#
            )
            let found = FixtureTensor.numbers(in: answer["predictions"])
            let expected = FixtureTensor.numbers(in: call["outputs"])
            try #require(found.count == expected.count, "\(answer.text)")
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }
}
