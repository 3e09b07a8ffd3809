import Foundation
import JSON
import Testing

/// What an optimizer remembers, kept with a version and taken along in Keras's files.
@Suite(.sharedServer) struct KerasOptimizerExportTests {
    /// A model whose layers Keras lists in another order.
    private func define(_ name: String, _ server: TestServer) throws {
        try server.define(
            #"""
            {"name": "\#(name)", "seed": 3, "layers": [{"type": "InputLayer", "name": "x", "shape": [3]},
             {"type": "Dense", "name": "short", "units": 2, "activation": "tanh", "inputs": ["x"]},
             {"type": "Dense", "name": "long", "units": 2, "activation": "tanh", "inputs": ["x"]},
             {"type": "Dense", "name": "longer", "units": 2, "activation": "tanh", "inputs": ["long"]},
             {"type": "Add", "name": "sum", "inputs": ["short", "longer"]}, {"type": "Dense", "name": "out", "units": 1}]}
            """#
        )
    }

    private func train(_ server: TestServer, _ name: String, _ more: String) throws -> Reply {
        try server.trained(
            #"""
            {"model": "\#(name)", "epochs": 2, "batch_size": 2, "shuffle": false, "loss": "mse", "metrics": ["mae"],
             "data": {"x": [[1, 2, 3], [3, 2, 1], [0, 1, 0], [2, 2, 2]], "y": [1, 2, 0, 3]}, \#(more)}
            """#
        )
    }

    @Test(arguments: [
        "\"Adam\"", #"{"type": "SGD", "learning_rate": 0.05, "momentum": 0.9}"#,
        #"{"type": "RMSprop", "learning_rate": {"type": "ExponentialDecay", "initial_learning_rate": 0.01, "decay_steps": 2, "decay_rate": 0.5}}"#,
        #"{"type": "Adagrad", "initial_accumulator_value": 0.3}"#, #"{"type": "Adafactor", "learning_rate": 0.01}"#,
        "\"Adadelta\"", "\"Adamax\"", "\"AdamW\"", "\"Ftrl\"", "\"Lamb\"", "\"Lion\"", "\"Muon\"", "\"Nadam\"",
    ])
    func `a file goes on where the version stood`(optimizer: String) throws {
        let server = try TestServer.shared()
        let letters = optimizer.unicodeScalars.filter { CharacterSet.alphanumerics.contains($0) }.prefix(40)
        let name = "kept-" + String(String.UnicodeScalarView(letters))
        try define(name, server)
        _ = try train(server, name, #""optimizer": \#(optimizer), "keep_optimizer": true"#)
        let version = try server.get("/models/\(name)/versions/1")
        #expect(try version["optimizer_state", "updates"]?.int() == 4, "\(version.text)")

        let export = try server.get("/models/\(name)/export?format=keras&version=1")
        try #require(export.status == 200, "\(export.text)")
        let again = try server.importFile(export.body, "?name=\(name)-again")
        try #require(again.status == 201, "\(again.text)")
        #expect(again["notes"]?.count ?? 0 == 0, "\(again.text)")
        #expect(again["compile", "loss"]?.source.contains("MeanSquaredError") ?? false, "\(again.text)")
        #expect(again["compile", "metrics"]?.count == 1)
        let copy = try server.get("/models/\(name)-again/versions/1")
        #expect(try copy["optimizer_state", "updates"]?.int() == 4)
        let rule = version["optimizer_state", "optimizer"]?.source
        #expect(rule != nil && copy["optimizer_state", "optimizer"]?.source == rule, "\(copy.text)")

        // Both go on to the same bits.
        let more = #""optimizer": \#(optimizer), "initial_version": 1"#
        _ = try train(server, name, more)
        _ = try train(server, "\(name)-again", more)
        let instances = "[[1, 1, 1], [0, 3, 2]]"
        let answers = try [name, "\(name)-again"].map { name in
            try server.post("/predict", #"{"model": "\#(name)", "version": 2, "instances": \#(instances)}"#)
        }
        #expect(answers[0]["predictions"] != nil, "\(answers[0].text)")
        let numbers = answers.map { FixtureTensor.numbers(in: $0["predictions"]) }
        #expect(zip(numbers[0], numbers[1]).allSatisfy { abs($0 - $1) < 1e-6 }, "\(numbers)")
    }

    @Test func `layers stand in Keras's order, and a version without a state says nothing of an optimizer`() throws {
        let server = try TestServer.shared()
        try define("ordered", server)
        _ = try train(server, "ordered", #""optimizer": "Adam""#)
        #expect(try server.get("/models/ordered/versions/1")["optimizer_state"]?.isNull == true)
        let text = String(decoding: try server.get("/models/ordered/export?format=json").body, as: UTF8.self)
        let config = try #require(try JSONDocument(parsing: text).root["config"]?["layers"])
        let names = try config.elements.map { try $0["name"]?.string() ?? "" }
        #expect(names == ["x", "long", "short", "longer", "sum", "out"])
        let file = try server.get("/models/ordered/export?format=keras").body
        #expect(!String(decoding: file, as: UTF8.self).contains("compile_config"))
        let kept = try server.post(
            "/train",
            #"{"model": "ordered", "loss": "mse", "keep_optimizer": 1, "data": {"x": [[1, 2, 3]], "y": [1]}}"#
        )
        #expect(kept.status == 422 && kept.text.contains("/keep_optimizer"), "\(kept.text)")
    }
}
