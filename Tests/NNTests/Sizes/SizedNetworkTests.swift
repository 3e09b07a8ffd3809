import JSON
import NN
import Testing

/// Networks whose inputs have open extents.
struct SizedNetworkTests {
    private func open(_ shape: String, _ layers: String) throws -> Network {
        try network(#"{"name": "m", "input_shape": \#(shape), "layers": [\#(layers)]}"#)
    }

    /// Networks to which padding under a mask shows nowhere.
    private static let padded: [String] = [
        #"{"type": "GRU", "units": 5}"#,
        #"{"type": "LSTM", "units": 5, "return_sequences": true}, {"type": "Dense", "units": 3, "activation": "softmax"}"#,
        #"{"type": "Bidirectional", "layer": {"type": "SimpleRNN", "units": 4, "return_sequences": true}}, "#
            + #"{"type": "GlobalAveragePooling1D"}"#,
        #"{"type": "RNN", "cell": [{"type": "GRUCell", "units": 4}, {"type": "LSTMCell", "units": 3}]}"#,
        #"{"type": "Dense", "name": "x", "units": 6}, {"type": "SinePositionEncoding", "name": "p", "inputs": ["x"]}, "#
            + #"{"type": "Add", "name": "s", "inputs": ["x", "p"]}, {"type": "MultiHeadAttention", "num_heads": 2, "#
            + #""key_dim": 3, "inputs": ["s", "s"]}, {"type": "LayerNormalization"}, {"type": "GRU", "units": 3}"#,
    ]

    /// Networks that look behind a row's end, so that rows of one size go together.
    private static let exact: [String] = [
        #"{"type": "Conv1D", "filters": 4, "kernel_size": 3, "padding": "same"}, {"type": "GRU", "units": 5}"#,
        #"{"type": "Dense", "units": 5}, {"type": "GlobalMaxPooling1D"}"#,
        #"{"type": "GRU", "units": 1, "return_sequences": true, "zero_output_for_mask": true}, "#
            + #"{"type": "GlobalMaxPooling1D"}"#,
        #"{"type": "Dense", "name": "x", "units": 1}, {"type": "Attention", "inputs": ["x", "x"]}, "#
            + #"{"type": "LayerNormalization"}, {"type": "GlobalMaxPooling1D"}"#,
        #"{"type": "Conv1D", "filters": 4, "kernel_size": 2}, {"type": "GlobalAveragePooling1D"}"#,
        #"{"type": "GRU", "units": 5, "return_sequences": true, "activity_regularizer": "l2"}, "#
            + #"{"type": "GRU", "units": 2}"#,
    ]

    @Test(arguments: padded)
    func `sequences are padded where that shows nowhere`(layers: String) throws {
        #expect(try #require(open("[null, 3]", layers).sized).padsSequences())
    }

    @Test(arguments: exact)
    func `nothing is padded where that would show`(layers: String) throws {
        #expect(try !#require(open("[null, 3]", layers).sized).padsSequences())
    }

    @Test func `images and tables of indices`() throws {
        let image = try open(
            "[null, null, 1]",
            #"{"type": "Conv2D", "filters": 2, "kernel_size": 3}, {"type": "GlobalAveragePooling2D"}"#
        )
        #expect(try !#require(image.sized).padsSequences())
        let words = try open(
            "[null]",
            #"{"type": "Embedding", "input_dim": 50, "output_dim": 4}, {"type": "GRU", "units": 3}"#
        )
        #expect(try #require(words.sized).padsSequences())
    }

    @Test(arguments: padded + exact)
    func `a row is answered in its bucket as by the network of its own length`(layers: String) throws {
        let network = try open("[null, 3]", layers)
        let sized = try #require(network.sized)
        var numbers = TestNumbers(5)
        for length in [3, 4, 7, 20] {
            let row = numbers.list(length * 3)
            let shape: Shape = [length, 3]
            let own = try sized.network(for: BatchSize(inputs: [shape], isPadded: false))
            let worker = InferenceModel(try InferencePlans(own), weights: network.initialWeights()).makeWorker()
            let expected = try worker.predict(Tensor(shape.batched(1), row)).values

            let bucket = try sized.bucket(for: [shape])
            let wide = try sized.network(for: bucket)
            let steps = bucket.inputs[0][0]
            #expect(steps >= length && (bucket.isPadded || steps == length))
            var given = row + Array(repeating: 0, count: (steps - length) * 3)
            if bucket.isPadded { given += (0..<steps).map { $0 < length ? 1 : 0 } }
            let other = InferenceModel(try InferencePlans(wide), weights: network.initialWeights()).makeWorker()
            let found = try other.predict(Tensor(wide.inputShape.batched(1), given)).values

            #expect(relativeError(Array(found.prefix(expected.count)), expected) < 1e-5)
        }
    }

    @Test(arguments: [
        (1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (7, 8), (9, 12), (13, 16), (17, 24), (25, 32), (100, 128),
    ])
    func `buckets are powers of two and the halves between`(length: Int, bucket: Int) throws {
        let sized = try #require(open("[null, 3]", #"{"type": "GRU", "units": 5}"#).sized)
        #expect(try sized.bucket(for: [[length, 3]]) == BatchSize(inputs: [[bucket, 3]], isPadded: true))
    }

    @Test func `a layer that needs the extent is refused with what to do`() throws {
        let error = #expect(throws: FaultyInput.self) {
            try open("[null, 3]", #"{"type": "Flatten"}, {"type": "Dense", "units": 2}"#)
        }
        let fault = try #require(error?.faults.first)
        #expect(fault.pointer == "/layers/1")
        #expect(fault.detail.hasPrefix("\"dense\" needs to know the extents that are null"))
        #expect(fault.detail.contains("global pooling"))
        let misfit = #expect(throws: FaultyInput.self) {
            try open("[null, 3]", #"{"type": "Reshape", "target_shape": [5, 5]}, {"type": "GRU", "units": 2}"#)
        }
        #expect(try #require(misfit).description.contains("with 1024 for each null"))
    }

    @Test func `a definition keeps its open extents, and what follows from them is open`() throws {
        let network = try open(
            "[null, 3]",
            #"{"type": "GRU", "units": 5, "return_sequences": true}, {"type": "Dense", "units": 2}"#
        )

        var json = JSONWriter()
        json.write(network.definition)
        #expect(json.text.contains(#""input_shape":[null,3]"#))
        let again = try ModelDefinition(JSONDocument(parsing: json.text).root)
        #expect(again == network.definition)
        let sized = try #require(network.sized)
        #expect(sized.shape { $0.outputs[0].shape } == [nil, 2])
        #expect(network.parameterCount == 3 * 5 * 3 + 3 * 5 * 5 + 2 * 3 * 5 + 5 * 2 + 2)
    }

    @Test func `the shapes of a batch that Keras writes are open behind the first extent too`() throws {
        let text =
            #"{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "InputLayer", "#
            + #""config": {"batch_shape": [null, null, 4], "name": "in"}}, {"class_name": "GRU", "config": "#
            + #"{"units": 3, "name": "gru"}}]}}"#
        let network = try network(text)

        #expect(network.inputs[0].openShape == [nil, 4])
        #expect(network.definition.inputShape == [nil, 4])
    }
}
