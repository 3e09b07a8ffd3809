/// A value of the network, compiled for a number of rows of the data: what it is for the rows, as the network answers.
struct RowProbe {
    /// The value's numbers, after a run.
    let values: UnsafePointer<Float>
    /// The value's shape.
    let shape: Shape
    /// The targets of the rows, row after row, after a run.
    let targets: FloatBuffer

    private let inputs: FloatBuffer
    private let run: PlanRun
    private let size: BatchSize?

    /// Compiles a value.
    ///
    /// - Parameters:
    ///   - task: The network and its data, for rows of the size.
    ///   - stretch: What rows are looked at in one run.
    ///   - weights: The flat buffer of weights, which outlives the probe.
    ///   - append: Appends the value to a graph with the inputs and the weights.
    /// - Throws: What kept the value from being compiled.
    init(
        _ task: LearningTask,
        _ stretch: RowStretch,
        weights: UnsafeMutablePointer<Float>,
        _ append: (_ graph: inout Graph, _ inputs: [Value], _ parameters: [Value]) throws -> Value
    ) throws {
        let rows = stretch.rows.count
        var graph = Graph()
        let input = try graph.input("x", shape: task.network.inputShape.batched(rows))
        self.inputs = FloatBuffer(count: rows * task.network.inputShape.volume)
        targets = FloatBuffer(count: rows * task.target.shape.volume)
        var memory = [input: self.inputs.pointer]
        var parameters: [Value] = []
        for entry in task.layout.entries {
            let parameter = try graph.input(entry.name, shape: entry.shape)
            memory[parameter] = weights + entry.offset
            parameters.append(parameter)
        }
        let found = try append(&graph, task.network.unpack(input, in: &graph), parameters)
        // A value that is the input itself still needs a place of its own.
        let value = try graph.scale(found, by: 1)
        run = try Plan(graph, outputs: [value]).makeRun(memory)
        values = UnsafePointer(run.pointer(to: value))
        shape = graph.shape(of: value)
        size = stretch.size
    }

    /// Computes the value for rows of the data, as many as it was compiled for.
    func run(_ indices: UnsafeBufferPointer<Int>, of data: any TrainingData) throws {
        if let size, data.sizes != nil {
            try data.gather(
                indices,
                as: size,
                masking: [],
                draw: nil,
                inputs: inputs.pointer,
                targets: targets.pointer
            )
        } else {
            try data.gather(indices, inputs: inputs.pointer, targets: targets.pointer)
        }
        run.run()
    }
}
