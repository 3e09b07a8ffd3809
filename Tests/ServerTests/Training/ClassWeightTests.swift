import Foundation
import JSON
import Testing

/// `class_weight` by index, by word and balanced.
@Suite(.sharedServer) struct ClassWeightTests {
    /// A model whose softmax is of zeros, so that every row's loss is ln 3.
    private func define(_ name: String) throws -> TestServer {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "\(name)", "input_shape": [1], "layers": [
              {"type": "Dense", "units": 3, "activation": "softmax", "kernel_initializer": "zeros"}]}
            """
        )
        return server
    }

    private func request(_ model: String, _ weights: String, _ more: String = "") -> String {
        """
        {"model": "\(model)", "data": {"x": [[0], [1], [2], [3], [4], [5]], "y": ["ape", "bee", "cat", "cat", "cat", "cat"]},
         "batch_size": 6, "loss": "sparse_categorical_crossentropy", "optimizer": {"type": "SGD", "learning_rate": 1e-9},
         "class_weight": \(weights)\(more)}
        """
    }

    @Test func `classes are weighed by index, by word and balanced`() throws {
        let server = try define("weighed")
        // Balanced, apes and bees count 6 / (3 · 1), cats 6 / (3 · 4).
        let rows: [(String, Double)] = [
            (#"{"0": 2}"#, 7.0 / 6), (#"{"ape": 2}"#, 7.0 / 6), (#"{"ape": 2, "2": 0.5}"#, 5.0 / 6),
            (#"{"cat": 0}"#, 2.0 / 6), (#""balanced""#, 1),
        ]
        for (weights, mean) in rows {
            let job = try server.trained(request("weighed", weights))
            let loss = try #require(try job["history", "0", "loss"]?.double())
            #expect(abs(loss - log(3.0) * mean) < 1e-6, "\(weights)")
            let given = try JSONDocument(parsing: weights).root
            #expect(try #require(job["options", "class_weight"]).kind == given.kind)
        }
    }

    @Test func `balanced is by the rows that are trained on`() throws {
        let server = try define("split")
        // The last two cats are held back: of four rows two are cats, so apes count 4/3 and cats 2/3.
        let job = try server.trained(request("split", #""balanced""#, #", "validation_split": 0.34"#))

        #expect(try abs(#require(job["history", "0", "loss"]).double() - log(3.0)) < 1e-6)
        #expect(try abs(#require(job["history", "0", "val_loss"]).double() - log(3.0)) < 1e-6)
    }

    @Test(arguments: [
        (#"{"dog": 2}"#, "/class_weight/dog", #""dog" is none of the data's classes; they are "ape", "bee", "cat""#),
        (#"{"3": 2}"#, "/class_weight", "names class 3, the classes are 0 to 2"),
        (#"{"ape": -1}"#, "/class_weight/ape", "found -1"),
        (#""even""#, "/class_weight", #"or "balanced", found "even""#),
    ])
    func `an unknown class is refused with those that there are`(
        weights: String,
        pointer: String,
        sentence: String
    ) throws {
        let server = try TestServer.shared()
        _ = try server.post(
            "/models",
            #"{"name": "refused", "input_shape": [1], "layers": [{"type": "Dense", "units": 3, "activation": "softmax"}]}"#
        )

        try RefusedRow("", "", at: pointer, sentence).check(server.post("/train", request("refused", weights)))
    }
}
