import Interchange
import JSON
import NN
import Testing

/// The layouts of PyTorch's modules, number by number, from their documentation (pytorch.org/docs/stable/nn.html).
struct PyTorchNamesTests {
    private func network(_ text: String) throws -> Network {
        try Network(ModelDefinition(JSONDocument(parsing: text).root))
    }

    /// The network's weights counted through, so that each number tells where it was.
    private func counted(_ network: Network) -> [WeightsFile.Entry] {
        var next: Float = 0
        return network.parameters.map { parameter in
            let values = (0..<parameter.shape.volume).map { _ in
                next += 1
                return next
            }
            return WeightsFile.Entry(parameter.name, Tensor(parameter.shape, values))
        }
    }

    /// One number of a tensor.
    private func number(_ entries: [WeightsFile.Entry], _ name: String, _ place: [Int]) throws -> Float {
        let tensor = try #require(entries.first { $0.name == name }, "no tensor \(name)").tensor
        return tensor.values[zip(place, tensor.shape.strides).reduce(0) { $0 + $1.0 * $1.1 }]
    }

    private func shape(_ entries: [WeightsFile.Entry], _ name: String) -> [Int]? {
        entries.first { $0.name == name }?.tensor.shape.extents
    }

    /// Models whose layers between them are all that PyTorch has modules for.
    static let models = [
        #"{"name":"m","input_shape":[6,7,4],"layers":[{"type":"Conv2D","name":"conv","filters":6,"kernel_size":[2,3],"groups":2},{"type":"BatchNormalization","name":"norm"},{"type":"PReLU","name":"slope","shared_axes":[1,2]},{"type":"DepthwiseConv2D","name":"depth","kernel_size":[3,2],"depth_multiplier":2},{"type":"Conv2DTranspose","name":"up","filters":5,"kernel_size":[2,3]},{"type":"LayerNormalization","name":"layer"},{"type":"GroupNormalization","name":"group","groups":5},{"type":"Flatten"},{"type":"RMSNormalization","name":"rms"},{"type":"Dense","name":"head","units":3}]}"#,
        #"{"name":"m","input_shape":[9,4],"layers":[{"type":"Conv1D","name":"conv","filters":6,"kernel_size":3},{"type":"DepthwiseConv1D","name":"depth","kernel_size":2,"depth_multiplier":3},{"type":"Conv1DTranspose","name":"up","filters":5,"kernel_size":2},{"type":"GRU","name":"gru","units":3,"return_sequences":true},{"type":"Bidirectional","name":"both","layer":{"type":"GRU","units":2,"return_sequences":true}},{"type":"LSTM","name":"lstm","units":3,"return_sequences":true},{"type":"TimeDistributed","name":"each","layer":{"type":"Dense","units":4}},{"type":"SimpleRNN","name":"rnn","units":2}]}"#,
        #"{"name":"m","input_shape":[4,5,6,2],"layers":[{"type":"Conv3D","name":"conv","filters":3,"kernel_size":[2,3,2]},{"type":"Conv3DTranspose","name":"up","filters":4,"kernel_size":[3,2,2]}]}"#,
        #"{"name":"m","input_shape":[5],"layers":[{"type":"Embedding","name":"words","input_dim":7,"output_dim":3},{"type":"Bidirectional","name":"both","layer":{"type":"LSTM","units":2,"use_bias":false}}]}"#,
    ]

    @Test(arguments: models) func `weights come back from PyTorch's names as they went out`(_ text: String) throws {
        let network = try network(text)
        let weights = counted(network)
        let names = try PyTorchNames(network)
        let back = try names.weights(of: names.tensors(of: weights).reversed())
        for entry in weights {
            let found = try #require(back.first { $0.name == entry.name })
            #expect(
                found.tensor.shape == entry.tensor.shape && found.tensor.values == entry.tensor.values,
                "\(entry.name)"
            )
        }
        #expect(back.count == weights.count)
    }

    @Test func `kernels are turned as the modules hold them`() throws {
        let network = try network(Self.models[0])
        let ours = counted(network)
        let theirs = try PyTorchNames(network).tensors(of: ours)
        #expect(shape(theirs, "conv.weight") == [6, 2, 2, 3])
        #expect(try number(theirs, "conv.weight", [5, 1, 0, 2]) == number(ours, "conv/kernel", [0, 2, 1, 5]))
        // Of a channel i and its multiple j, a group of its own: channel 2i + j.
        #expect(shape(theirs, "depth.weight") == [12, 1, 3, 2])
        #expect(try number(theirs, "depth.weight", [7, 0, 2, 1]) == number(ours, "depth/kernel", [2, 1, 3, 1]))
        #expect(shape(theirs, "up.weight") == [12, 5, 2, 3])
        #expect(try number(theirs, "up.weight", [11, 3, 1, 2]) == number(ours, "up/kernel", [1, 2, 3, 11]))
        #expect(try number(theirs, "head.weight", [2, 4]) == number(ours, "head/kernel", [4, 2]))
        #expect(try number(theirs, "norm.running_var", [3]) == number(ours, "norm/moving_variance", [3]))
        #expect(shape(theirs, "slope.weight") == [6])
        #expect(shape(theirs, "rms.weight") == shape(ours, "rms/scale"))
    }

    @Test func `gates stand in PyTorch's order, and biases are two`() throws {
        let network = try network(Self.models[1])
        let ours = counted(network)
        let theirs = try PyTorchNames(network).tensors(of: ours)
        // Rows r, z, n of three units; columns z, r, h here.
        #expect(shape(theirs, "gru.weight_ih_l0") == [9, 5])
        for (row, column) in [(0, 3), (3, 0), (7, 7)] {
            #expect(try number(theirs, "gru.weight_ih_l0", [row, 4]) == number(ours, "gru/kernel", [4, column]))
            #expect(
                try number(theirs, "gru.weight_hh_l0", [row, 1]) == number(ours, "gru/recurrent_kernel", [1, column])
            )
            #expect(try number(theirs, "gru.bias_ih_l0", [row]) == number(ours, "gru/bias", [0, column]))
            #expect(try number(theirs, "gru.bias_hh_l0", [row]) == number(ours, "gru/bias", [1, column]))
        }
        #expect(
            try number(theirs, "both.weight_hh_l0_reverse", [2, 1])
                == number(ours, "both/backward/recurrent_kernel", [1, 0])
        )
        #expect(try number(theirs, "lstm.weight_ih_l0", [7, 3]) == number(ours, "lstm/kernel", [3, 7]))
        #expect(try number(theirs, "lstm.bias_ih_l0", [7]) == number(ours, "lstm/bias", [7]))
        #expect(try number(theirs, "lstm.bias_hh_l0", [7]) == 0)
        #expect(try number(theirs, "rnn.bias_ih_l0", [1]) == number(ours, "rnn/bias", [1]))
    }

    @Test func `the two biases of an LSTM are added`() throws {
        let network = try network(
            #"{"name":"m","input_shape":[2,1],"layers":[{"type":"LSTM","name":"lstm","units":1}]}"#
        )
        let names = try PyTorchNames(network)
        let given = names.tensors(of: counted(network)).map { entry in
            entry.name == "lstm.bias_hh_l0" ? WeightsFile.Entry(entry.name, Tensor([4], [10, 20, 30, 40])) : entry
        }
        let bias = try names.weights(of: given).first { $0.name == "lstm/bias" }
        #expect(bias?.tensor.values == [19, 30, 41, 52])
    }

    @Test func `modules are found by their name or by a map`() throws {
        let network = try network(
            #"{"name":"m","input_shape":[2],"layers":[{"type":"Dense","name":"features_0","units":1},{"type":"Dense","name":"head","units":1}]}"#
        )
        let entries = [
            WeightsFile.Entry("features.0.weight", Tensor([1, 2], [1, 2])),
            WeightsFile.Entry("features.0.bias", Tensor([1], [3])),
            WeightsFile.Entry("model.fc.weight", Tensor([1, 1], [4])),
            WeightsFile.Entry("model.fc.bias", Tensor([1], [5])),
            WeightsFile.Entry("norm.num_batches_tracked", Tensor(7)),
        ]
        let names = try PyTorchNames(network, modules: ["model.fc": "head"])
        let weights = try names.weights(of: entries)
        #expect(weights.map(\.name) == ["features_0/kernel", "features_0/bias", "head/kernel", "head/bias"])
        #expect(
            names.tensors(of: weights).map(\.name) == [
                "features_0.weight", "features_0.bias", "model.fc.weight", "model.fc.bias",
            ]
        )
    }

    @Test func `every tensor that doesn't fit is named, with what was expected`() throws {
        let network = try network(
            #"{"name":"m","input_shape":[2],"layers":[{"type":"Dense","name":"fc","units":3},{"type":"Dense","name":"head","units":1,"use_bias":false}]}"#
        )
        let error = #expect(throws: InterchangeError.self) {
            try PyTorchNames(network).weights(of: [
                WeightsFile.Entry("fc.weight", Tensor(repeating: 0, [2, 3])),
                WeightsFile.Entry("head.weight", Tensor(repeating: 0, [1, 3])),
                WeightsFile.Entry("head.bias", Tensor(repeating: 0, [1])),
                WeightsFile.Entry("other.weight", Tensor(repeating: 0, [1])), WeightsFile.Entry("loose", Tensor(1)),
            ])
        }
        let messages = try #require(error).faults.map(\.message)
        #expect(messages.contains { $0.contains("\"loose\"") && $0.contains("no module") })
        #expect(messages.contains { $0.contains("\"fc.weight\" is [2, 3]") && $0.contains("needs [3, 2]") })
        #expect(messages.contains { $0.contains("\"fc.bias\" [3] is missing") })
        #expect(messages.contains { $0.contains("\"head.bias\"") && $0.contains("no such weight") })
        #expect(messages.contains { $0.contains("\"other.weight\"") && $0.contains("\"fc\", \"head\"") })
        #expect(messages.count == 5)
    }

    @Test(
        arguments: [
            (#"{"type":"GRU","name":"gru","units":2,"reset_after":false}"#, "\"reset_after\": false"),
            (#"{"type":"SeparableConv1D","name":"sep","filters":2,"kernel_size":2}"#, "SeparableConv1D"),
            (#"{"type":"PReLU","name":"slope"}"#, "shared_axes"),
        ]
    ) func `a layer that no module can hold is named`(_ layer: String, _ sentence: String) throws {
        let network = try network(#"{"name":"m","input_shape":[4,3],"layers":[\#(layer)]}"#)
        let error = #expect(throws: InterchangeError.self) { try PyTorchNames(network) }
        #expect(try #require(error).faults.contains { $0.message.contains(sentence) })
    }

    @Test func `a map that names no layer, or one twice, is refused`() throws {
        let network = try network(
            #"{"name":"m","input_shape":[2],"layers":[{"type":"Dense","name":"fc","units":3}]}"#
        )
        let missing = #expect(throws: InterchangeError.self) { try PyTorchNames(network, modules: ["a": "fd"]) }
        #expect(try #require(missing).faults[0].message.contains("no layer \"fd\""))
        let twice = #expect(throws: InterchangeError.self) {
            try PyTorchNames(network, modules: ["a": "fc", "b": "fc"])
        }
        #expect(try #require(twice).faults[0].message.contains("\"a\" and \"b\""))
    }
}
