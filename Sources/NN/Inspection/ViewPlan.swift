/// The compiled graph of a view: numbers and weights go in, tensors come out.
final class ViewPlan: Sendable {
    private let plan: Plan
    private let given: [Value]
    private let parameters: [Value]
    private let outputs: [Value]
    private let shapes: [Shape]
    private let volumes: [Int]

    /// Compiles a graph.
    ///
    /// - Parameters:
    ///   - graph: The graph.
    ///   - given: Its inputs beside the weights, in the order in which a run gets them.
    ///   - parameters: The weights, in the network's order.
    ///   - outputs: What is asked for, in the order in which a run gives it.
    /// - Throws: `KernelError` where a kernel can't be made for these shapes.
    init(_ graph: Graph, given: [Value], parameters: [Value], outputs: [Value]) throws(KernelError) {
        plan = try Plan(graph, outputs: outputs, steady: parameters)
        (self.given, self.parameters, self.outputs) = (given, parameters, outputs)
        shapes = outputs.map { graph.shape(of: $0) }
        volumes = given.map { graph.shape(of: $0).volume }
    }

    /// The bytes that a run takes beside the weights.
    var bytes: Int { plan.arenaBytes + plan.prologueBytes }

    /// A run on some weights, for one thread at a time.
    func makeRun(_ weights: ViewWeights) -> ViewRun {
        ViewRun(
            plan,
            given: zip(given, volumes).map { ($0, $1) },
            parameters,
            weights,
            zip(outputs, shapes).map { ($0, $1) }
        )
    }

    /// Runs once.
    ///
    /// - Parameters:
    ///   - numbers: Those of each input beside the weights.
    ///   - weights: The weights.
    /// - Returns: What was asked for.
    func run(_ numbers: [[Float]], _ weights: ViewWeights) -> [Tensor] {
        let run = makeRun(weights)
        return run.run(numbers)
    }
}

/// A compiled view bound to weights and to memory for its numbers.
final class ViewRun {
    private let run: PlanRun
    private let buffers: [FloatBuffer]
    private let outputs: [(value: Value, shape: Shape)]
    private let weights: ViewWeights
    private var generation = 0

    fileprivate init(
        _ plan: Plan,
        given: [(value: Value, volume: Int)],
        _ parameters: [Value],
        _ weights: ViewWeights,
        _ outputs: [(value: Value, shape: Shape)]
    ) {
        buffers = given.map { FloatBuffer(count: $0.volume) }
        var memory: [Value: UnsafeMutablePointer<Float>] = [:]
        for (buffer, given) in zip(buffers, given) { memory[given.value] = buffer.pointer }
        for (place, parameter) in parameters.enumerated() { memory[parameter] = weights.pointer(to: place) }
        run = plan.makeRun(memory)
        (self.outputs, self.weights) = (outputs, weights)
    }

    /// Says that the weights have changed.
    func renewWeights() { generation += 1 }

    /// Runs on some numbers.
    func run(_ numbers: [[Float]]) -> [Tensor] {
        precondition(numbers.count == buffers.count, "\(numbers.count) inputs for \(buffers.count)")
        for (buffer, numbers) in zip(buffers, numbers) {
            precondition(numbers.count == buffer.count, "\(numbers.count) numbers for \(buffer.count)")
            buffer.pointer.update(from: numbers, count: numbers.count)
        }
        run.prologue.prepare(for: generation)
        run.run()
        return outputs.map { output in
            let numbers = UnsafeBufferPointer(start: run.pointer(to: output.value), count: output.shape.volume)
            return Tensor(output.shape, Array(numbers))
        }
    }
}

/// Weights that a view runs with.
enum ViewWeights {
    /// Those of a version.
    case of(InferenceModel)
    /// A copy that changes.
    case changing(FloatBuffer, ParameterLayout)

    /// Where a tensor lies.
    func pointer(to place: Int) -> UnsafeMutablePointer<Float> {
        switch self {
        case .of(let model): model.weights.pointer(to: .parameter(place))
        case .changing(let buffer, let layout): buffer.pointer + layout.entries[place].offset
        }
    }
}

extension InferenceModel {
    /// One tensor of the weights.
    public func tensor(_ place: Int) -> Tensor {
        let shape = plans.network.parameters[place].shape
        let numbers = UnsafeBufferPointer(start: weights.pointer(to: .parameter(place)), count: shape.volume)
        return Tensor(shape, Array(numbers))
    }

    /// A copy of the weights that may be changed.
    func copiedWeights() -> (buffer: FloatBuffer, layout: ParameterLayout) {
        let layout = plans.network.layout
        let buffer = FloatBuffer(count: layout.count)
        for (place, entry) in layout.entries.enumerated() {
            let source = weights.pointer(to: .parameter(place))
            (buffer.pointer + entry.offset).update(from: source, count: entry.shape.volume)
        }
        return (buffer, layout)
    }

    /// The rows with which a single instance is answered, so that a view has the same bits.
    ///
    /// - Throws: What kept a plan from being compiled.
    public func rowsOfOne() throws -> Int { try plans.plan(for: 1).rows }
}
