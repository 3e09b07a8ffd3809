/// The search for where a step's numbers stopped being finite: the step's forward pass once more, looking at every
/// layer's result.
///
/// It runs the batch as a whole, so where `Dropout` and its like drew other numbers for the micro-batches, it may find
/// nothing.
struct FaultSearch {
    private let plan: Plan
    private let input: Value
    private let key: Value
    private let parameters: [Value]
    private let results: [(layer: String, value: Value, count: Int)]
    private let task: LearningTask
    private let rows: Int

    /// Compiles the forward pass of so many rows, every layer's result kept.
    init(_ task: LearningTask, rows: Int) throws {
        var graph = Graph()
        input = try graph.input("x", shape: task.network.inputShape.batched(rows))
        key = try graph.input("key", shape: [4])
        var parameters: [Value] = []
        for entry in task.layout.entries { parameters.append(try graph.input(entry.name, shape: entry.shape)) }
        var pass = ForwardPass(graph: graph, mode: .training(key: key, batchRows: rows), parameters: parameters)
        let inputs = try task.network.unpack(input, in: &pass.graph)
        let values = try task.network.append(
            task.network.nodes[...],
            to: &pass,
            inputs: inputs,
            parameters: parameters
        )
        results = zip(task.network.layers, values).flatMap { layer, values in
            values.map { (layer.name, $0, pass.graph.shape(of: $0).volume) }
        }
        plan = try Plan(pass.graph, outputs: results.map(\.value), optimises: false)
        self.parameters = parameters
        self.task = task
        self.rows = rows
    }

    /// Runs rows and tells, in words, what was first not finite; nil where every layer's result is.
    func run(
        _ indices: UnsafeBufferPointer<Int>,
        of data: any TrainingData,
        weights: UnsafeMutablePointer<Float>,
        key randomKey: RandomKey
    ) throws -> String? {
        let width = task.network.inputShape.volume
        let inputs = FloatBuffer(count: rows * width)
        let targets = FloatBuffer(count: rows * task.target.shape.volume)
        let keyNumbers = FloatBuffer(count: 4)
        try data.gather(indices, inputs: inputs.pointer, targets: targets.pointer)
        randomKey.write(to: keyNumbers.pointer)
        if let place = (0..<rows * width).first(where: { !inputs.pointer[$0].isFinite }) {
            return "the input of row \(indices[place / width])"
        }
        var memory = [input: inputs.pointer, key: keyNumbers.pointer]
        for (entry, value) in zip(task.layout.entries, parameters) { memory[value] = weights + entry.offset }
        let run = plan.makeRun(memory)
        run.run()
        return results.first { _, value, count in
            let numbers = run.pointer(to: value)
            return (0..<count).contains { !numbers[$0].isFinite }
        }.map { "the result of layer \"\($0.layer)\"" }
    }
}
