import JSON

/// Keras's `RNN`: a cell, or cells one upon another, over a sequence: `[T, D] → [H]`, or `[T, H]` with
/// `return_sequences`.
///
/// Cell upon cell at each step is the same as layer after layer over all steps, so each cell runs as the recurrent layer
/// of its kind, over the results of the one before it. A masked step leaves the states of all cells as they are. States
/// are flat, in the order of the cells. Weights are those of the cell's layer; of several cells they stand under the
/// cells' automatic names, as in `gru_cell_1/kernel`. Source: keras.io/api/layers/recurrent_layers/rnn.
struct RNNLayer: SequenceLayer {
    static let names = ["RNN"]

    private let cells: [RecurrentCell]
    private(set) var sequence: SequenceArguments

    init(reading arguments: inout ObjectReader) {
        let read = RecurrentCell.list("cell", reading: &arguments)
        cells = read.isEmpty ? [.standIn] : read
        sequence = SequenceArguments(reading: &arguments)
    }

    func with(_ sequence: SequenceArguments) -> RNNLayer {
        var copy = self
        copy.sequence = sequence
        return copy
    }

    func write(to json: inout JSONWriter) {
        if cells.count == 1 { json.field("cell", cells[0]) } else { json.field("cell", cells) }
        sequence.write(to: &json)
    }

    var units: Int { cells[cells.count - 1].layer.units }

    var stateUnits: [Int] { cells.flatMap(\.layer.stateUnits) }

    /// What each cell takes at a step, for an input of so many features.
    private func features(_ first: Int) -> [Int] { [first] + cells.dropLast().map(\.layer.units) }

    func parameters(for inputs: [Shape]) -> [Parameter] {
        let steps = inputs[0][0]
        if cells.count == 1 {
            return cells[0].layer.parameters(for: [inputs[0]]).map { cells[0].trainable ? $0 : $0.frozen }
        }
        return zip(zip(cells, cellNames), features(inputs[0][1])).flatMap { cell, features in
            let (cell, name) = cell
            return cell.layer.parameters(for: [[steps, features]]).map { $0.of(layer: name, trainable: cell.trainable) }
        }
    }

    /// What the cells are called where there are several.
    private var cellNames: [String] {
        var taken: Set<String> = []
        return cells.map { cell in
            let name = AutomaticName.free(AutomaticName.of(className: cell.type), taken: taken)
            taken.insert(name)
            return name
        }
    }

    func operations(inputs: [Shape], output: Shape) -> Int {
        zip(cells, features(inputs[0][1])).reduce(0) { sum, cell in
            sum + cell.0.layer.operations(inputs: [[inputs[0][0], cell.1]], output: output)
        }
    }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        if cells.count == 1 {
            return try cells[0].layer.with(sequence).appendResults(to: &pass, inputs: inputs, parameters: parameters)
        }
        let shape = pass.graph.shape(of: inputs[0])
        let mask = pass.mask(ofInput: 0)
        let order = try StepOrder(of: mask, steps: shape[1], sequence: sequence, in: &pass.graph)
        var initial = Array(inputs.dropFirst())
        for units in stateUnits.dropFirst(initial.count) {
            initial.append(try pass.graph.constant(0, shape: [shape[0], units]))
        }
        var steps = try order.arranged(inputs[0], in: &pass.graph)
        var states: [Value] = []
        var last: [Value] = []
        var weights = parameters[...]
        for (cell, name) in zip(cells, cellNames) {
            let count = cell.layer.recurrence.useBias ? 3 : 2
            let run = try cell.layer.run(
                over: steps,
                from: Array(initial[last.count..<last.count + cell.layer.stateUnits.count]),
                parameters: Array(weights.prefix(count)),
                in: &pass
            )
            states = run.states
            pass.trace(run, of: cell.layer, in: [name], reversed: sequence.goBackwards)
            weights = weights.dropFirst(count)
            steps = try pass.graph.slice(states[0], axis: 0, 1..<shape[1] + 1)
            for state in states { last.append(try order.lastState(state, in: &pass.graph)) }
        }
        if sequence.returnSequences { pass.setMask(mask) }
        return [try order.result(states[0], in: &pass.graph)] + (sequence.returnState ? last : [])
    }
}
