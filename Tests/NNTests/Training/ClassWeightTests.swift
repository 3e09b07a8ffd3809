import JSON
import NN
import Testing

struct ClassWeightTests {
    private func softmax() throws -> Network {
        try network([1], #"{"type": "Dense", "units": 3, "activation": "softmax", "kernel_initializer": "zeros"}"#)
    }

    /// The loss of one epoch, in which the weights stay as they are, in parts of ln 3.
    private func loss(
        _ weights: String,
        on data: any TrainingData,
        _ network: Network,
        more: String = ""
    ) throws -> Double {
        let still = #""optimizer": {"type": "SGD", "learning_rate": 1e-12}, "batch_size": 64"#
        let options = try options("sparse_categorical_crossentropy", #""class_weight": \#(weights), \#(still)\#(more)"#)
        let session = try trained(network, options, data, threads: 2)
        return try #require(session.history.first).measurements[0].value / 1.098_612_288_7
    }

    @Test func `a word means its class, also where it looks like another's index`() throws {
        let data = TensorData(inputs: Tensor(repeating: 0, [4, 1]), targets: Tensor([4], [0, 1, 2, 2]), classes: 3)
        let named = WordedRows(data: data, words: ["ape", "bee", "cat"])
        let numbered = WordedRows(data: data, words: ["1", "2", "3"])

        #expect(try abs(loss(#"{"cat": 3}"#, on: named, softmax()) - 2) < 1e-5)
        #expect(try abs(loss(#"{"2": 3}"#, on: named, softmax()) - 2) < 1e-5)
        #expect(try abs(loss(#"{"2": 3}"#, on: numbered, softmax()) - 1.5) < 1e-5)
        #expect(try abs(loss(#"{"0": 3}"#, on: numbered, softmax()) - 1.5) < 1e-5)
    }

    @Test func `balanced weighs classes as scikit-learn does, by the rows trained on`() throws {
        let labels: [Float] = [0, 0, 0, 0, 0, 0, 2, 2, 1, 1]
        let data = TensorData(inputs: Tensor(repeating: 0, [10, 1]), targets: Tensor([10], labels), classes: 3)

        // Of eight rows six are 0 and two are 2; 1 is held back: 8 / (2 · 6) and 8 / (2 · 2).
        let balanced = try loss(#""balanced""#, on: data, softmax(), more: #", "validation_rows": 2"#)

        #expect(abs(balanced - (6 * 8.0 / 12 + 2 * 8.0 / 4) / 8) < 1e-5)
        let same = try loss(#"{"0": 0.6666666667, "2": 2}"#, on: data, softmax(), more: #", "validation_rows": 2"#)
        #expect(abs(balanced - same) < 1e-6)
    }

    @Test func `balanced counts the steps that no mask leaves out`() throws {
        let network = try network(
            [4],
            #"{"type": "Embedding", "input_dim": 3, "output_dim": 2, "mask_zero": true}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax", "kernel_initializer": "zeros"}"#
        )
        // Six steps count: four are 1, two are 2; padding is 0.
        let data = TensorData(
            inputs: Tensor([2, 4], [1, 1, 1, 0, 2, 2, 2, 0]),
            targets: Tensor([2, 4], [1, 1, 2, 0, 1, 1, 2, 0]),
            classes: 3
        )

        // 6 / (2 · 4) and 6 / (2 · 2), whose mean over the steps is 1 by construction; unbalanced 2s would show.
        #expect(try abs(loss(#""balanced""#, on: data, network) - 1) < 1e-5)
        let explicit = try loss(#"{"1": 0.75, "2": 1.5}"#, on: data, network)
        #expect(abs(explicit - 1) < 1e-5)
        let weights = try [#""balanced""#, #"{"1": 0.75, "2": 1.5}"#].map { weights in
            let options = try options("sparse_categorical_crossentropy", #""class_weight": \#(weights), "seed": 1"#)
            return try bits(trained(network, options, data, threads: 2).weights)
        }
        #expect(weights[0] == weights[1])
    }

    @Test func `a fraction is of the nearer class, as in Keras`() throws {
        let network = try network(
            [1],
            #"{"type": "Dense", "units": 1, "activation": "sigmoid", "kernel_initializer": "zeros"}"#
        )
        let data = TensorData(inputs: Tensor(repeating: 0, [2, 1]), targets: Tensor([2, 1], [0.7, 0.3]))
        let options = try options(
            "binary_crossentropy",
            #""class_weight": {"1": 3}, "optimizer": {"type": "SGD", "learning_rate": 1e-12}"#
        )

        let found = try #require(trained(network, options, data).history.first).measurements[0].value

        #expect(abs(found - 2 * 0.693_147_18) < 1e-5)
    }

    @Test(arguments: [
        (#"{"1":2.5,"10":1.0,"cat":0.5}"#, #"{"cat": 0.5, "10": 1, "1": 2.5}"#), (#""balanced""#, #""balanced""#),
    ])
    func `weights are written as they were given, indices first`(canonical: String, given: String) throws {
        let options = try options("mse", "\"class_weight\": \(given)")
        var json = JSONWriter()
        json.write(options)

        #expect(json.text.contains("\"class_weight\":\(canonical)"))
        #expect(try TrainingOptions(JSONDocument(parsing: json.text).root) == options)
    }

    @Test func `unknown words, wrong forms and targets without a class are refused`() throws {
        let data = TensorData(inputs: Tensor(repeating: 0, [2, 1]), targets: Tensor([2], [0, 1]), classes: 2)
        let worded = WordedRows(data: data, words: ["ape", "bee"])
        func fault(_ weights: String, _ data: any TrainingData) throws -> String? {
            let options = try options("sparse_categorical_crossentropy", #""class_weight": \#(weights)"#)
            let network = try softmax()
            do throws(FaultyInput) {
                try options.check(network, on: data)
                return nil
            } catch {
                return error.faults.first.map { "\($0.pointer) \($0.detail)" }
            }
        }

        #expect(
            try fault(#"{"a/b": 2}"#, worded)
                == #"/class_weight/a~1b "a/b" is none of the data's classes; they are "ape", "bee""#
        )
        #expect(try fault(#"{"ape": 2}"#, data) == #"/class_weight/ape the key "ape" isn't a class index, 0 to 2"#)
        #expect(try fault(#"{"7": 2}"#, worded) == "/class_weight names class 7, the classes are 0 to 2")
        #expect(try fault(#"{"bee": 2, "2": 1}"#, worded) == nil)
        #expect(
            try fault(#"{"bee": 2, "1": 1}"#, worded) == #"/class_weight/bee is the class of "1" too; weigh it once"#
        )
        #expect(throws: FaultyInput.self) { try options("mse", #""class_weight": "even""#) }
        #expect(throws: FaultyInput.self) { try options("mse", #""class_weight": [1, 2]"#) }
    }
}
