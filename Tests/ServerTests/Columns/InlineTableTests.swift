import Foundation
import JSON
import Testing

/// Records and columns inside a training request, and what is doubtful in data.
@Suite(.sharedServer) struct InlineTableTests {
    private static let model = """
        {"name": "%", "features": {"age": "float_normalized", "sex": "string_categorical"},
         "layers": [{"type": "Dense", "units": 8, "activation": "relu"}, {"type": "Dense", "units": 2, "activation": "softmax"}]}
        """
    private static let options = """
        "targets": "lives", "loss": "sparse_categorical_crossentropy", "epochs": 60, "metrics": ["accuracy"],
         "optimizer": {"type": "Adam", "learning_rate": 0.05}
        """

    @Test func `records and columns train a model over raw inputs`() throws {
        let server = try TestServer.shared()
        let rows = (0..<40).map { (age: 20 + $0, sex: $0 % 2 == 0 ? "f" : "m", lives: $0 % 2 == 0 ? "yes" : "no") }
        let records = rows.map { #"{"age": \#($0.age), "sex": "\#($0.sex)", "lives": "\#($0.lives)"}"# }
        let columns = """
            {"age": \(rows.map(\.age)), "sex": \(rows.map(\.sex)), "lives": \(rows.map(\.lives))}
            """
        var hashes: [String] = []
        for (name, data) in [("records", "[\(records.joined(separator: ","))]"), ("columns", columns)] {
            try server.define(Self.model.replacing("%", with: "inline-\(name)"))
            let job = try server.trained(#"{"model": "inline-\#(name)", "data": \#(data), \#(Self.options)}"#)
            #expect(try #require(job["metrics", "test_accuracy"]).double() == 1)
            hashes.append(try #require(job["weights_sha256"]).string())
            let answer = try server.post(
                "/predict",
                #"{"model": "inline-\#(name)", "instances": [{"age": 30, "sex": "m"}]}"#
            )
            #expect(try answer["labels", "0"]?.string() == "no")
        }
        #expect(hashes[0] == hashes[1])
        // Nothing of it is left among the datasets.
        #expect(try server.get("/datasets").text.contains("inline-") == false)
        for (data, word) in [
            (#"[{"age": 1, "sex": "f"}]"#, "unknown column"), ("[]", "/data"), (#"{"age": [1], "sex": []}"#, "/data"),
            (#"[{"age": "old", "sex": "f", "lives": "no"}, {"age": "x", "sex": "f", "lives": "yes"}]"#, "holds words"),
        ] {
            let reply = try server.post("/train", #"{"model": "inline-records", "data": \#(data), \#(Self.options)}"#)
            #expect(reply.status == 422)
            #expect(reply.text.contains(word), "\(reply.text)")
        }
    }

    @Test func `columns for a model of plain numbers`() throws {
        let server = try TestServer.shared()
        try server.define(#"{"name": "plain-columns", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}"#)
        let data = #"{"a": [1, 2, 3, 4, 5, 6], "b": [2, 3, 4, 5, 6, 7], "c": [3, 5, 7, 9, 11, 13]}"#
        let job = try server.trained(#"{"model": "plain-columns", "data": \#(data), "loss": "mse"}"#)
        #expect(try job["state"]?.string() == "succeeded")
        let rows = try server.post(
            "/train",
            #"{"model": "plain-columns", "data": {"x": [[1, 2]], "y": [1]}, "targets": "y", "loss": "mse"}"#
        )
        #expect(rows.status == 422)
        #expect(rows.faults.contains { $0.hasPrefix("/data ") && $0.contains("no columns") }, "\(rows.text)")
    }

    @Test func `hollow columns, one class and a target among the inputs are told`() throws {
        let server = try TestServer.shared()
        let table = (["n,hollow,word,only"] + (0..<30).map { "\($0 * 7 % 30),,w\($0 % 2),same" }).joined(
            separator: "\n"
        )
        #expect(try server.send("PUT", "/datasets/doubtful", text: table, contentType: "text/csv").status == 201)
        try server.define(#"{"name": "number", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#)
        func train(_ inputs: String, _ target: String, _ loss: String = "mse") throws -> Reply {
            try server.post(
                "/train",
                #"{"model": "number", "dataset": "doubtful", "inputs": "\#(inputs)", "targets": "\#(target)", "loss": "\#(loss)"}"#
            )
        }
        let hollow = try train("hollow", "n")
        #expect(hollow.status == 422)
        #expect(
            hollow.faults.contains { $0.contains(#""hollow" has no value in any row; leave it out"#) },
            "\(hollow.text)"
        )
        let nothing = try train("n", "hollow")
        #expect(nothing.status == 422)
        #expect(nothing.faults.contains { $0.hasPrefix("/targets no row has a value") }, "\(nothing.text)")
        let words = try train("word", "n")
        #expect(words.status == 422)
        #expect(words.faults.contains { $0.contains("holds words") && $0.contains("StringLookup") }, "\(words.text)")
        let itself = try train("n", "n")
        #expect(itself.status == 202)
        #expect(itself["notes"]?.source.contains("is told the answer") == true, "\(itself.text)")
        let single = try train("n", "only", "binary_crossentropy")
        #expect(single.status == 202, "\(single.text)")
        #expect(single["notes"]?.source.contains("one class") == true, "\(single.text)")
        let preset = try server.post(
            "/models",
            #"{"name": "alone", "preset": "table", "dataset": "doubtful", "target": "only"}"#
        )
        #expect(preset.status == 422)
        #expect(preset.faults.contains { $0.hasPrefix("/target") && $0.contains("one class alone") }, "\(preset.text)")
    }
}
