/// The search for where a step's numbers stopped being finite: the step's forward pass once more, looking at every
/// layer's result, and at the indices of those that look up rows.
///
/// It runs the batch as a whole, so where `Dropout` and its like drew other numbers for the micro-batches, it may find
/// nothing.
struct FaultSearch {
    private let plan: Plan
    private let input: Value
    private let key: Value
    private let parameters: [Value]
    private let results: [(layer: String, value: Value, count: Int)]
    private let lookups: [Lookup]
    private let task: LearningTask
    private let rows: Int
    private let size: BatchSize?

    /// The indices that a layer looks up.
    private struct Lookup {
        let rule: IndexRule
        let indices: Value
        /// How many of them there are.
        let count: Int
    }

    /// What was found.
    enum Origin {
        /// An index of a row that isn't there.
        case index(TrainingError)
        /// A number that isn't finite: the layer that gave it, and in words where it is.
        case number(Float, layer: String, words: String)
    }

    /// Compiles the forward pass of so many rows, every layer's result kept.
    ///
    /// - Parameters:
    ///   - whole: The network and its data.
    ///   - size: The rows' size; nil where all have one.
    ///   - rows: How many rows are looked at.
    ///   - trains: Whether they are learned from, or measured.
    /// - Throws: What kept the forward pass from being compiled.
    init(_ whole: LearningTask, _ size: BatchSize?, rows: Int, trains: Bool) throws {
        let task = try whole.resized(to: size)
        self.size = size
        var graph = Graph()
        input = try graph.input("x", shape: task.network.inputShape.batched(rows))
        key = try graph.input("key", shape: [4])
        var parameters: [Value] = []
        for entry in task.layout.entries { parameters.append(try graph.input(entry.name, shape: entry.shape)) }
        let mode: Mode = trains ? .training(key: key, batchRows: rows) : .evaluation(batchRows: rows)
        var pass = ForwardPass(graph: graph, mode: mode, parameters: parameters)
        let inputs = try task.network.unpack(input, in: &pass.graph)
        let values = try task.network.append(
            task.network.nodes[...],
            to: &pass,
            inputs: inputs,
            parameters: parameters
        )
        results = zip(task.network.layers, values).flatMap { layer, given in
            given.values.map { (layer.name, $0, pass.graph.shape(of: $0).volume) }
        }
        var lookups: [Lookup] = []
        for (node, layer) in zip(task.network.nodes, task.network.layers) {
            guard let count = node.layer.indexCount else { continue }
            let given = task.network.value(of: node.sources[0], inputs: inputs, results: values).value
            // What is the input itself needs a place of its own.
            let indices = try pass.graph.scale(given, by: 1)
            let rule = IndexRule(input: 0, layer: layer.name, count: count)
            lookups.append(Lookup(rule: rule, indices: indices, count: pass.graph.shape(of: indices).volume))
        }
        self.lookups = lookups
        plan = try Plan(pass.graph, outputs: results.map(\.value) + lookups.map(\.indices), optimises: false)
        self.parameters = parameters
        self.task = task
        self.rows = rows
    }

    /// Runs rows and tells what was first not finite; nil where every layer's result is.
    func run(
        _ indices: UnsafeBufferPointer<Int>,
        of data: any TrainingData,
        weights: UnsafeMutablePointer<Float>,
        key randomKey: RandomKey
    ) throws -> Origin? {
        let width = task.network.inputShape.volume
        let inputs = FloatBuffer(count: rows * width)
        let targets = FloatBuffer(count: rows * task.target.shape.volume)
        let keyNumbers = FloatBuffer(count: 4)
        if let size, data.sizes != nil {
            try data.gather(
                indices,
                as: size,
                masking: size.isPadded ? task.sizing?.rows.sequences ?? [] : [],
                draw: nil,
                inputs: inputs.pointer,
                targets: targets.pointer
            )
        } else {
            try data.gather(indices, inputs: inputs.pointer, targets: targets.pointer)
        }
        randomKey.write(to: keyNumbers.pointer)
        if let place = (0..<rows * width).first(where: { !inputs.pointer[$0].isFinite }) {
            let words = "the input of row \(indices[place / width])"
            return .number(inputs.pointer[place], layer: Divergence.input, words: words)
        }
        var memory = [input: inputs.pointer, key: keyNumbers.pointer]
        for (entry, value) in zip(task.layout.entries, parameters) { memory[value] = weights + entry.offset }
        let run = plan.makeRun(memory)
        run.run()
        for lookup in lookups {
            let numbers = run.pointer(to: lookup.indices)
            guard let place = (0..<lookup.count).first(where: { !lookup.rule.allows(numbers[$0]) }) else { continue }
            let row = indices[place / max(lookup.count / rows, 1)]
            return .index(.badIndex(row: row, problem: lookup.rule.problem(with: "\(numbers[place])")))
        }
        for (layer, value, count) in results {
            let numbers = UnsafeBufferPointer(start: run.pointer(to: value), count: count)
            guard let number = numbers.first(where: { !$0.isFinite }) else { continue }
            return .number(number, layer: layer, words: "the result of layer \"\(layer)\"")
        }
        return nil
    }
}
