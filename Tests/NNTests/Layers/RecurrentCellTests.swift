import JSON
import NN
import Testing

/// `RNN` over cells, and both directions over it, against the numbers of Keras 3.15.1 on TensorFlow 2.21.0, which
/// `recurrent_cells.json.gz` holds.
struct RecurrentCellTests {
    /// What a masked step holds in place of its numbers, so that `Masking` finds it.
    private static let padding: Float = 99

    static let rows = Reference.cases("recurrent_cells.json.gz").filter { row in
        // States aren't carried from call to call.
        row.json["layer"]?["stateful"] == nil
    }

    private func numbers(_ json: JSONValue) throws -> Tensor {
        let shape = Shape(try #require(json["shape"]).ints())
        return Tensor(shape, try #require(json["data"]).elements.map { value in try value.float() })
    }

    /// The shape of a row of a batch.
    private func sample(_ batch: Tensor) -> Shape { Shape(Array(batch.shape.extents.dropFirst())) }

    private func list(_ json: JSONValue?) throws -> [Tensor] { try json?.elements.map(numbers) ?? [] }

    /// The layer behind a `Masking`, with inputs for its initial states, and the batch for each input.
    private func trial(_ row: ReferenceCase) throws -> (trial: NetworkTrial, mask: [Bool]?) {
        var input = try numbers(row.value("input"))
        let mask = try row.json["mask"]?["data"]?.elements.map { value in try value.bool() }
        if let mask {
            var values = input.values
            for place in values.indices where !mask[place / input.shape.last] { values[place] = Self.padding }
            input = Tensor(input.shape, values)
        }
        let states = try list(row.json["initial_state"])
        var layers = states.enumerated().map { number, state in
            #"{"type": "InputLayer", "name": "s\#(number)", "shape": \#(sample(state))}"#
        }
        layers.insert(#"{"type": "InputLayer", "name": "x", "shape": \#(sample(input))}"#, at: 0)
        if mask != nil {
            layers.append(#"{"type": "Masking", "name": "m", "mask_value": \#(Self.padding), "inputs": ["x"]}"#)
        }
        let names = [mask == nil ? "x" : "m"] + states.indices.map { "s\($0)" }
        let inputs = names.map { "\"\($0)\"" }.joined(separator: ", ")
        layers.append(#"{"name": "l", "inputs": [\#(inputs)], "# + (try row.value("layer").source.dropFirst()))
        let count = try #require(row.value("expected")["outputs"]).count
        let outputs = (0..<count).map { $0 == 0 ? #""l""# : "\"l:\($0)\"" }.joined(separator: ", ")
        let network = try network(
            #"{"name": "n", "layers": [\#(layers.joined(separator: ", "))], "outputs": [\#(outputs)]}"#
        )
        let weights = try list(row.value("weights"))
        #expect(network.parameters.map(\.shape) == weights.map(\.shape))
        return (try NetworkTrial(network, inputs: [input] + states, weights: weights), mask)
    }

    @Test func `there are reference numbers`() { #expect(Self.rows.count == 42) }

    @Test(arguments: rows)
    func `results and states are Keras's`(row: ReferenceCase) throws {
        let (trial, _) = try trial(row)
        let expected = try list(row.value("expected")["outputs"])

        let found = try trial.evaluate(trial.applied.outputs.map(\.output))

        #expect(trial.applied.outputs.map { trial.graph.shape(of: $0.output) } == expected.map(\.shape))
        for (numbers, tensor) in zip(found, expected) { #expect(relativeError(numbers, tensor.values) < 1e-6) }
    }

    @Test(arguments: rows.filter { $0.json["cotangents"] != nil })
    func `gradients are Keras's`(row: ReferenceCase) throws {
        var (trial, mask) = try trial(row)
        let total = try trial.weighted(by: list(row.value("cotangents")))

        let gradients = try trial.graph.gradients(
            of: total,
            withRespectTo: [trial.inputs[0]] + trial.weights
        )
        let found = try trial.evaluate(gradients)

        let expected = try row.value("expected")
        let byInput = try numbers(#require(expected["gradient_by_input"]))
        #expect(relativeError(found[0], byInput.values) < 1e-5)
        if let mask {
            for place in found[0].indices where !mask[place / byInput.shape.last] { #expect(found[0][place] == 0) }
        }
        for (numbers, tensor) in try zip(found.dropFirst(), list(expected["gradient_by_weights"])) {
            #expect(relativeError(numbers, tensor.values) < 1e-5)
        }
    }

    @Test(arguments: rows)
    func `a definition means the same when written and read`(row: ReferenceCase) throws {
        let definition = try trial(row).trial.network.definition
        var json = JSONWriter()
        definition.write(to: &json)

        #expect(try ModelDefinition(JSONDocument(parsing: json.bytes).root) == definition)
    }

    static let cells = [
        (cell: #""type": "SimpleRNNCell", "units": 20"#, layer: #""type": "SimpleRNN", "units": 20"#),
        (cell: #""type": "GRUCell", "units": 20"#, layer: #""type": "GRU", "units": 20"#),
        (
            cell: #""type": "GRUCell", "units": 20, "reset_after": false, "dropout": 0.2"#,
            layer: #""type": "GRU", "units": 20, "reset_after": false, "dropout": 0.2"#
        ),
        (
            cell: #""type": "LSTMCell", "units": 20, "recurrent_dropout": 0.3, "activation": "softsign""#,
            layer: #""type": "LSTM", "units": 20, "recurrent_dropout": 0.3, "activation": "softsign""#
        ),
    ]

    /// Two rows of nine steps, of which some are padding.
    private func padded(_ features: Int = 5) -> Tensor {
        var numbers = TestNumbers(3)
        var values = numbers.list(2 * 9 * features)
        for place in values.indices where [2, 7, 8, 9, 17].contains(place / features) { values[place] = 0 }
        return Tensor([2, 9, features], values)
    }

    private let masking = #"{"type": "Masking"}"#

    @Test(arguments: cells)
    func `a cell is its layer, drawn numbers and first weights too`(cell: String, layer: String) throws {
        let rest = #""return_sequences": true, "return_state": true, "go_backwards": true, "name": "l""#
        let networks = try [#"{"type": "RNN", "cell": {\#(cell)}, \#(rest)}"#, #"{\#(layer), \#(rest)}"#].map {
            try network([9, 5], masking, $0)
        }
        let results = try networks.map { network in
            let trial = try NetworkTrial(network, samples: padded(), key: [1, 2, 3, 4])
            return try trial.evaluate([trial.applied.output])
        }

        #expect(networks[0].parameters == networks[1].parameters)
        #expect(networks[0].operations == networks[1].operations)
        #expect(results[0] == results[1])
    }

    @Test(arguments: [true, false])
    func `cells one upon another are layers one after another`(isLast: Bool) throws {
        let cells = Self.cells.map { "{\($0.cell)}" }.joined(separator: ", ")
        let stack = #"{"type": "RNN", "return_sequences": \#(!isLast), "cell": [\#(cells)]}"#
        let layers = Self.cells.enumerated().map { number, cell in
            #"{\#(cell.layer), "return_sequences": \#(!isLast || number + 1 < Self.cells.count)}"#
        }
        let one = try network([9, 5], masking, stack)
        let other = try network([9, 5], masking, layers[0], layers[1], layers[2], layers[3])
        #expect(
            one.parameters.map(\.name).filter { $0.hasSuffix("/kernel") } == [
                "rnn/simple_rnn_cell/kernel", "rnn/gru_cell/kernel", "rnn/gru_cell_1/kernel", "rnn/lstm_cell/kernel",
            ]
        )
        #expect(one.operations == other.operations)
        let weights = other.initialWeights()

        let results = try [one, other].map { network in
            let trial = try NetworkTrial(network, samples: padded(), weights: weights)
            return try trial.evaluate([trial.applied.output] + [trial.applied.outputs[0].mask].compactMap { $0 })
        }

        #expect(results[0].count == results[1].count)
        #expect(relativeError(results[0][0], results[1][0]) < 1e-6)
        #expect(results[0].dropFirst() == results[1].dropFirst())
    }

    @Test func `StackedRNNCells are a list of cells, within one another too`() throws {
        let cells = ["SimpleRNNCell", "GRUCell", "LSTMCell"].map { #"{"type": "\#($0)", "units": 2}"# }
        let forms = [
            "[\(cells.joined(separator: ", "))]",
            #"{"type": "StackedRNNCells", "cells": [\#(cells.joined(separator: ", "))]}"#,
            #"[\#(cells[0]), {"type": "StackedRNNCells", "cells": [\#(cells[1]), \#(cells[2])]}]"#,
        ]

        let definitions = try forms.map { try network([3, 1], #"{"type": "RNN", "cell": \#($0)}"#).definition }

        #expect(definitions[0] == definitions[1])
        #expect(definitions[0] == definitions[2])
    }

    @Test func `a cell says nothing of sequences`() throws {
        let error = try #require(throws: FaultyInput.self) {
            try network([3, 1], #"{"type": "RNN", "cell": {"type": "GRUCell", "units": 2, "return_sequences": true}}"#)
        }

        #expect(error.faults.count == 1)
        #expect(
            error.faults[0].description.hasPrefix(#"/layers/0/cell/return_sequences: unknown key "return_sequences""#)
        )
    }

    @Test func `a cell's trainable holds for its weights`() throws {
        let network = try network(
            [3, 1],
            #"""
            {"type": "RNN", "cell": [{"type": "SimpleRNNCell", "units": 2, "trainable": false},
             {"type": "StackedRNNCells", "trainable": false, "cells": [{"type": "GRUCell", "units": 2}]},
             {"type": "LSTMCell", "units": 2}]}
            """#
        )

        #expect(network.parameters.map(\.trainable) == [false, false, false, false, false, false, true, true, true])
    }

    @Test func `a step of TimeDistributed may be a sequence for stacked cells`() throws {
        let cells = #"[{"type": "GRUCell", "units": 3}, {"type": "SimpleRNNCell", "units": 2}]"#
        let layer = #"{"type": "RNN", "cell": \#(cells)}"#
        let inner = try network([9, 5], masking, layer)
        let outer = try network([2, 9, 5], masking, #"{"type": "TimeDistributed", "layer": \#(layer)}"#)
        let weights = inner.initialWeights()
        let samples = padded()

        let one = try NetworkTrial(inner, samples: samples, weights: weights)
        let other = try NetworkTrial(outer, samples: Tensor([1, 2, 9, 5], samples.values), weights: weights)

        #expect(try one.evaluate([one.applied.output]) == other.evaluate([other.applied.output]))
    }

    @Test func `stacked cells as Keras writes them, states nested`() throws {
        func tensor(_ layer: String, _ result: Int) -> String {
            #"{"class_name": "__keras_tensor__", "config": {"keras_history": ["\#(layer)", 0, \#(result)]}}"#
        }
        func input(_ name: String, _ shape: String) -> String {
            #"""
            {"module": "keras.layers", "class_name": "InputLayer", "name": "\#(name)", "inbound_nodes": [],
             "config": {"name": "\#(name)", "batch_shape": [null, \#(shape)]}}
            """#
        }
        func cell(_ type: String, _ name: String, _ units: Int) -> String {
            #"""
            {"module": "keras.layers", "class_name": "\#(type)", "registered_name": null,
             "build_config": {"input_shape": [null, 2]}, "config": {"name": "\#(name)", "trainable": true,
             "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}},
             "units": \#(units), "activation": "tanh", "kernel_regularizer": null, "dropout": 0.0, "seed": null}}
            """#
        }
        let cells = "\(cell("GRUCell", "gru_cell_7", 3)), \(cell("LSTMCell", "lstm_cell", 2))"
        let text = #"""
            {"class_name": "Functional", "config": {"name": "n", "trainable": true, "layers": [
             \#(input("a", "4, 2")), \#(input("b", "3")), \#(input("c", "2")), \#(input("d", "2")),
             {"module": "keras.layers", "class_name": "RNN", "name": "r", "config": {"name": "r", "return_sequences": false,
              "return_state": true, "go_backwards": false, "stateful": false, "unroll": false,
              "zero_output_for_mask": false, "cell": {"module": "keras.layers", "class_name": "StackedRNNCells",
              "registered_name": null, "build_config": {"input_shape": [null, 2]},
              "config": {"name": "stacked_rnn_cells", "trainable": true, "cells": [\#(cells)]}}},
              "build_config": {"shapes_dict": {"sequences_shape": [null, 4, 2]}}, "inbound_nodes": [{
              "args": [\#(tensor("a", 0))],
              "kwargs": {"initial_state": [\#(tensor("b", 0)), [\#(tensor("c", 0)), \#(tensor("d", 0))]]}}]}],
             "input_layers": [["a", 0, 0], ["b", 0, 0], ["c", 0, 0], ["d", 0, 0]],
             "output_layers": [["r", 0, 0], ["r", 0, 1], [["r", 0, 2], ["r", 0, 3]]]}}
            """#

        let network = try network(text)

        #expect(network.inputs.map(\.shape) == [[4, 2], [3], [2], [2]])
        #expect(network.outputs.map(\.shape) == [[2], [3], [2], [2]])
        #expect(network.parameters.first?.name == "r/gru_cell/kernel")
    }

    @Test func `initial states that don't fit are refused`() throws {
        func error(_ states: [Int], _ layer: String) throws -> String? {
            let inputs = states.enumerated().map { #"{"type": "InputLayer", "name": "s\#($0)", "shape": [\#($1)]}, "# }
            let names = states.indices.map { #", "s\#($0)""# }.joined()
            let text = #"""
                {"name": "n", "layers": [{"type": "InputLayer", "name": "x", "shape": [4, 2]}, \#(inputs.joined())
                 {"name": "l", "inputs": ["x"\#(names)], \#(layer)}]}
                """#
            do {
                _ = try network(text)
                return nil
            } catch { return "\(error)" }
        }
        let stack = #""type": "RNN", "cell": [{"type": "GRUCell", "units": 3}, {"type": "LSTMCell", "units": 2}]"#
        let pair = #"""
            "type": "Bidirectional", "layer": {"type": "LSTM", "units": 2},
            "backward_layer": {"type": "GRU", "units": 2, "go_backwards": true}
            """#

        #expect(try error([3, 2, 2], stack) == nil)
        #expect(
            try #require(try error([3, 2], stack)).contains(
                "[steps, features] alone or with 3 initial states of [3], [2], [2]"
            )
        )
        #expect(try error([2, 2, 2], pair) == nil)
        #expect(
            try #require(try error([2, 2], pair)).contains(
                "a sequence alone or with 3 initial states, 2 forward and then 1 backward"
            )
        )
    }
}
