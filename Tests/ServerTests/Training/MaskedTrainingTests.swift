import Foundation
import JSON
import Testing

/// Padding, weights of steps and penalties as clients see them.
@Suite(.sharedServer) struct MaskedTrainingTests {
    private static let still = #""optimizer": {"type": "SGD", "learning_rate": 1e-9}, "batch_size": 2"#

    @Test func `padding counts in no figure of a job`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "padded", "input_shape": [4], "layers": [
              {"type": "Embedding", "input_dim": 3, "output_dim": 2, "mask_zero": true},
              {"type": "Dense", "units": 1, "activation": "sigmoid", "kernel_initializer": "zeros",
               "bias_initializer": "ones"}]}
            """
        )
        // Of the three steps that count, one is as the model says, 1.
        let rows = #"{"x": [[1, 2, 0, 0], [1, 0, 0, 0]], "y": [[[1], [0], [1], [1]], [[0], [1], [1], [1]]]}"#

        let job = try server.trained(
            """
            {"model": "padded", "data": \(rows), "validation_data": \(rows), "loss": "binary_crossentropy",
             "metrics": ["accuracy", "recall", "precision", "confusion_matrix"], \(Self.still)}
            """
        )

        let entry = try #require(job["history", "0"])
        let answer = 1 / (1 + exp(-1.0))
        let loss = -(log(answer) + 2 * log(1 - answer)) / 3
        for prefix in ["", "val_"] {
            func value(_ key: String) throws -> Double { try #require(entry[prefix + key]).double() }
            #expect(try abs(value("loss") - loss) < 1e-5)
            #expect(try abs(value("accuracy") - 1.0 / 3) < 1e-6)
            #expect(try value("recall") == 1)
            #expect(try abs(value("precision") - 1.0 / 3) < 1e-6)
            let matrix = try #require(entry[prefix + "confusion_matrix"]).array().map {
                try $0.array().map { try $0.int() }
            }
            #expect(matrix == [[0, 2], [0, 1]])
        }
    }

    @Test func `each step may have a weight, and a row's weight is all its steps'`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "weighed", "input_shape": [2, 1], "layers": [
              {"type": "Dense", "units": 1, "kernel_initializer": "zeros"}]}
            """
        )
        func loss(_ weights: String) throws -> Double {
            let job = try server.trained(
                """
                {"model": "weighed", "data": {"x": [[[1], [2]], [[3], [4]]], "y": [[[1], [2]], [[3], [4]]],
                 "sample_weight": \(weights)}, "loss": "mse", \(Self.still)}
                """
            )
            return try #require(try job["history", "0", "loss"]?.double())
        }

        // Squares 1, 4, 9 and 16, over the four steps.
        #expect(try abs(loss("[[1, 0.5], [0, 2]]") - 35.0 / 4) < 1e-5)
        #expect(try abs(loss("[1, 2]") - 55.0 / 4) < 1e-5)

        let refused = try server.post(
            "/train",
            """
            {"model": "weighed", "data": {"x": [[[1], [2]]], "y": [[[1], [2]]], "sample_weight": [[1, 1, 1]]},
             "loss": "mse"}
            """
        )
        try RefusedRow("", "", at: "/data/sample_weight", "found [3] a row").check(refused)
    }

    @Test func `a penalty of results doesn't grow with the batch`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "penalty", "input_shape": [3], "layers": [
              {"type": "Dense", "units": 2, "kernel_initializer": "ones", "activity_regularizer": {"type": "L2", "l2": 0.1}},
              {"type": "Dense", "units": 1, "kernel_initializer": "zeros"}]}
            """
        )
        let rows = #"{"x": [[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]], "y": [0, 0, 0, 0, 0]}"#
        for size in [1, 2, 5] {
            let job = try server.trained(
                """
                {"model": "penalty", "data": \(rows), "validation_data": \(rows), "loss": "mse", "batch_size": \(size),
                 "optimizer": {"type": "SGD", "learning_rate": 1e-9}}
                """
            )
            for key in ["loss", "val_loss"] {
                #expect(try abs(#require(job["history", "0", key]).double() - 1.8) < 1e-5, "\(size) \(key)")
            }
        }
    }

    @Test func `a text of padding alone trains and is answered`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "empty", "input_shape": [3], "layers": [
              {"type": "Embedding", "input_dim": 4, "output_dim": 2, "mask_zero": true},
              {"type": "GlobalAveragePooling1D"}, {"type": "Dense", "units": 1, "bias_initializer": "ones"}]}
            """
        )

        _ = try server.trained(
            #"{"model": "empty", "data": {"x": [[1, 2, 0], [0, 0, 0]], "y": [1, 1]}, "loss": "mse", \#(Self.still)}"#
        )

        let reply = try server.post("/predict", #"{"model": "empty", "instances": [[0, 0, 0]]}"#)
        #expect(try abs(#require(reply["predictions", "0", "0"]).double() - 1) < 1e-6)
    }
}
