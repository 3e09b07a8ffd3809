import NN
import Testing

/// What holds between gates and states, and between states and the answer.
@Suite struct GateViewTests {
    /// A model of one recurrent layer over steps of three numbers, or of indices.
    private static func model(_ layer: String, steps: Int = 7, indices: Bool = false) -> String {
        let input = indices ? "[\(steps)]" : "[\(steps), 3]"
        let embedding = indices ? #"{"type": "Embedding", "input_dim": 5, "output_dim": 3, "mask_zero": true}, "# : ""
        return #"{"name": "m", "input_shape": \#(input), "layers": [\#(embedding)\#(layer)]}"#
    }

    static let layers = [
        #"{"type": "GRU", "units": 5}"#, #"{"type": "GRU", "units": 5, "reset_after": false}"#,
        #"{"type": "GRU", "units": 5, "activation": "relu"}"#,
        #"{"type": "GRU", "units": 5, "recurrent_activation": "hard_sigmoid", "reset_after": false}"#,
        #"{"type": "LSTM", "units": 5}"#, #"{"type": "LSTM", "units": 5, "recurrent_activation": "hard_sigmoid"}"#,
        #"{"type": "SimpleRNN", "units": 5}"#, #"{"type": "SimpleRNN", "units": 5, "activation": "relu"}"#,
        #"{"type": "RNN", "cell": {"type": "GRUCell", "units": 5}}"#,
        #"{"type": "GRU", "units": 5, "go_backwards": true}"#,
    ]

    @Test(arguments: layers, [false, true])
    func `the last state is the answer bit for bit, and states follow from gates`(layer: String, masked: Bool) throws {
        let row: [Float]? = masked ? [0, 3, 0, 1, 4, 2, 0] : nil
        let inspected = try InspectedRow(Self.model(layer, indices: masked), row: row)
        let recurrence = try #require(GateView.recurrences(of: inspected.network).first)
        #expect(recurrence.steps == 7 && recurrence.units == 5)
        let view = try GateView(inspected.network, rows: try inspected.rows, of: recurrence)
        let found = view.run(inspected.row, inspected.model)
        #expect(found.mask == row.map { $0.map { $0 != 0 } })
        let isBackward = layer.contains("go_backwards")
        let order = isBackward ? Array((0..<7).reversed()) : Array(0..<7)
        let states = Dictionary(uniqueKeysWithValues: found.states.map { ($0.name, $0.tensor.values) })
        let gates = Dictionary(uniqueKeysWithValues: found.gates.map { ($0.name, $0.tensor.values) })
        let h = try #require(states["h"])
        let last = (order.last ?? 0) * 5
        #expect(h[last..<last + 5].map(\.bitPattern) == (try inspected.answer()).map(\.bitPattern))

        var before = found.initial.map(\.tensor.values)
        for step in order {
            let own = step * 5..<step * 5 + 5
            for (place, unit) in own.enumerated() {
                if let z = gates["z"], let candidate = gates["candidate"] {
                    let right = z[unit] * before[0][place] + (1 - z[unit]) * candidate[unit]
                    #expect(abs(right - h[unit]) < 1e-6)
                }
                if let i = gates["i"], let f = gates["f"], let candidate = gates["candidate"], let c = states["c"] {
                    #expect(abs(f[unit] * before[1][place] + i[unit] * candidate[unit] - c[unit]) < 1e-6)
                }
            }
            if found.mask?[step] == false {
                #expect(Array(h[own]) == before[0], "a masked step repeats the state before")
            }
            before = found.states.map { Array($0.tensor.values[own]) }
        }
    }

    @Test func `a layer that runs from both ends has two recurrences, each in the input's order`() throws {
        let layer = #"{"type": "Bidirectional", "layer": {"type": "GRU", "units": 5, "return_sequences": true}}"#
        let inspected = try InspectedRow(Self.model(layer))
        let recurrences = try GateView.recurrences(of: inspected.network)
        #expect(recurrences.map(\.direction) == ["forward", "backward"])
        let answer = try inspected.answer()
        for (place, recurrence) in recurrences.enumerated() {
            let view = try GateView(inspected.network, rows: try inspected.rows, of: recurrence)
            let h = view.run(inspected.row, inspected.model).states[0].tensor.values
            for step in 0..<7 {
                let right = answer[step * 10 + place * 5..<step * 10 + place * 5 + 5]
                #expect(h[step * 5..<step * 5 + 5].elementsEqual(right))
            }
        }
    }

    @Test func `cells one upon another are called by their names`() throws {
        let layer =
            #"{"type": "RNN", "name": "rnn", "cell": [{"type": "GRUCell", "units": 5}, {"type": "LSTMCell", "units": 4}]}"#
        let inspected = try InspectedRow(Self.model(layer))
        let recurrences = try GateView.recurrences(of: inspected.network)
        #expect(recurrences.map(\.layer) == ["rnn/gru_cell", "rnn/lstm_cell"])
        let view = try GateView(inspected.network, rows: try inspected.rows, of: recurrences[1])
        let h = view.run(inspected.row, inspected.model).states[0].tensor.values
        #expect(h.suffix(4).elementsEqual(try inspected.answer()))
    }
}
