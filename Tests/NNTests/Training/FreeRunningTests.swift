import JSON
import NN
import Testing

/// Decoders that are judged by what they say by themselves, held against the whole network asked again for each token.
struct FreeRunningTests {
    private static let steps = 5
    private static let classes = 8

    /// An encoder and a decoder over tokens; 0 is padding, 1 begins and 2 ends a sequence.
    private static func translator(_ decoder: String = "") throws -> Network {
        let layers = #"""
            {"type": "InputLayer", "name": "source", "shape": [4]}, {"type": "InputLayer", "name": "target", "shape": [5]},
            {"type": "Embedding", "input_dim": 8, "output_dim": 8, "mask_zero": true, "inputs": ["source"]},
            {"type": "GRU", "units": 16, "return_sequences": true, "return_state": true, "name": "encoder"},
            {"type": "Embedding", "input_dim": 8, "output_dim": 8, "mask_zero": true, "inputs": ["target"], "name": "own"},
            {"type": "GRU", "units": 16, "return_sequences": true, "inputs": ["own", "encoder:1"]},\#(decoder)
            {"type": "Dense", "units": 8, "activation": "softmax"}
            """#
        return try network(#"{"name": "n", "layers": [\#(layers)]}"#)
    }

    /// Sequences of 1 to 4 tokens, to be said backwards.
    private static func reversals(rows: Int, ends: Bool = true) -> MultiTensorData {
        var numbers = TestNumbers(4)
        var (sources, targets, wanted): ([Float], [Float], [Float]) = ([], [], [])
        func padded(_ tokens: [Float], _ count: Int) -> [Float] {
            tokens + [Float](repeating: 0, count: count - tokens.count)
        }
        for _ in 0..<rows {
            let length = Int(numbers.next(in: 1...4.99))
            let tokens = (0..<length).map { _ in Float(Int(numbers.next(in: 3...7.99))) }
            let said = tokens.reversed() + (ends ? [2] : [])
            sources += padded(tokens, 4)
            targets += padded([1] + said.dropLast(), steps)
            wanted += padded(Array(said), steps)
        }
        return MultiTensorData(
            inputs: [Tensor([rows, 4], sources), Tensor([rows, steps], targets)],
            targets: [Tensor([rows, steps], wanted)],
            classes: [classes]
        )
    }

    /// The share of rows that the whole network says rightly, one token after the other, of the last so many.
    private static func share(
        of rows: Range<Int>,
        _ session: TrainingSession,
        _ network: Network,
        _ data: MultiTensorData,
        ends: Bool
    ) throws -> Double {
        let worker = InferenceModel(try InferencePlans(network), weights: session.weights).makeWorker()
        var right = 0
        for row in rows {
            var (inputs, targets) = ([Float](repeating: 0, count: 9), [Float](repeating: 0, count: steps))
            try [row].withUnsafeBufferPointer { rows in
                try inputs.withUnsafeMutableBufferPointer { inputs in
                    try targets.withUnsafeMutableBufferPointer { targets in
                        try data.gather(
                            rows,
                            inputs: #require(inputs.baseAddress),
                            targets: try #require(targets.baseAddress)
                        )
                    }
                }
            }
            let wanted = targets.filter { $0 != 0 }
            var said: [Float] = []
            while said.count < steps, ends ? said.last != 2 : said.count < wanted.count {
                let own = [1] + said + [Float](repeating: 0, count: steps - 1 - said.count)
                let answer = try worker.predict(Tensor([1, 9], inputs[..<4] + own)).values
                let scores = answer[said.count * classes..<(said.count + 1) * classes].dropFirst()
                let best = try #require(scores.indices.max { scores[$0] < scores[$1] })
                said.append(Float(best - said.count * classes))
            }
            right += said == wanted ? 1 : 0
        }
        return Double(right) / Double(rows.count)
    }

    @Test(arguments: [true, false])
    func `a decoder is judged by the sequences that it says by itself`(ends: Bool) throws {
        let (network, data) = (try Self.translator(), Self.reversals(rows: 240, ends: ends))
        let options = try options(
            "sparse_categorical_crossentropy",
            #""metrics": ["sequence_accuracy", "bleu"], "epochs": 12, "optimizer": {"type": "adam", "learning_rate": 0.02}, "#
                + #""validation_rows": 80, "free_running": true"#
        )
        let session = try trained(network, options, data, threads: 2)

        let last = try #require(session.history.last).measurements
        let own = try #require(last.first { $0.name == "val_free_running_sequence_accuracy" }).value
        #expect(try own == Self.share(of: 160..<240, session, network, data, ends: ends))
        #expect(own > 0.2 && own < 1, "\(own) tells nothing apart")
        #expect(last.contains { $0.name == "val_free_running_bleu" })
        #expect(!last.contains { $0.name == "free_running_bleu" })
        let tested = try #require(try session.evaluate(data, prefix: "test_"))
        let whole = try #require(tested.first { $0.name == "test_free_running_sequence_accuracy" }).value
        #expect(try whole == Self.share(of: 0..<240, session, network, data, ends: ends))
    }

    @Test func `weights are those of a run that isn't judged so, and stopping can watch it`() throws {
        let (network, data) = (try Self.translator(), Self.reversals(rows: 60))
        let fields = #""metrics": ["bleu"], "epochs": 3, "validation_rows": 20"#
        let plain = try trained(network, try options("sparse_categorical_crossentropy", fields), data)
        let watched = #", "free_running": true, "early_stopping": {"monitor": "val_free_running_bleu", "patience": 9}"#
        let judged = try trained(network, try options("sparse_categorical_crossentropy", fields + watched), data)
        #expect(bits(plain.weights) == bits(judged.weights))
    }

    @Test(arguments: [
        (#""metrics": ["accuracy"]"#, "", #"needs a metric that compares sequences: "sequence_accuracy""#),
        (
            #""metrics": ["bleu"]"#,
            #"{"type": "Bidirectional", "layer": {"type": "GRU", "units": 3, "return_sequences": true}},"#,
            "can't go on step by step: "
        ),
    ])
    func `what can't be judged so is refused`(metrics: String, decoder: String, reason: String) throws {
        let (network, data) = (try Self.translator(decoder), Self.reversals(rows: 20))
        let options = try options("sparse_categorical_crossentropy", metrics + #", "free_running": true"#)
        let fault = try #require(
            #expect(throws: FaultyInput.self) { try options.check(network, on: data) }?.faults.first
        )
        #expect(fault.pointer == "/free_running" && fault.detail.hasPrefix(reason), "\(fault)")
    }

    @Test func `a model of one input is refused`() throws {
        let layers =
            #"{"type": "Embedding", "input_dim": 4, "output_dim": 3}, {"type": "GRU", "units": 4, "return_sequences": true}, {"type": "Dense", "units": 4, "activation": "softmax"}"#
        let network = try network(#"{"name": "n", "input_shape": [3], "layers": [\#(layers)]}"#)
        let data = TensorData(
            inputs: Tensor([2, 3], [1, 2, 3, 1, 2, 3]),
            targets: Tensor([2, 3], [2, 3, 1, 2, 3, 1]),
            classes: 4
        )
        let options = try options("sparse_categorical_crossentropy", #""metrics": ["bleu"], "free_running": true"#)
        let fault = try #require(
            #expect(throws: FaultyInput.self) { try options.check(network, on: data) }?.faults.first
        )
        #expect(fault.pointer == "/free_running" && fault.detail.contains("one input"), "\(fault)")
    }
}
