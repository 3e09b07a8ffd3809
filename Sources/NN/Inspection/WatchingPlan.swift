/// The forward pass as the network answers, of which values on the way are seen: the bits are those of an answer.
final class WatchingPlan: Sendable {
    private let plan: Plan
    private let preparation: WeightPreparation
    private let input: Value
    private let taken: [(value: Value, source: InferenceGraph.Source)]
    private let watched: [(value: Value, shape: Shape)]
    private let layout: BatchLayout

    /// Compiles a forward pass.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - rows: The rows with which it answers one.
    ///   - watching: Picks values, and may append to the graph what is made of them.
    /// - Throws: `ShapeError` or `KernelError` where it can't be compiled.
    init(
        _ network: Network,
        rows: Int,
        watching: (inout Graph, [LayerResults]) throws(ShapeError) -> [Value]
    ) throws {
        let graph = try InferenceGraph(network, rows: rows, watching: watching)
        preparation = try WeightPreparation(graph, network)
        plan = try Plan(graph.answering, outputs: [graph.output] + graph.watched, steady: graph.taken.map(\.value))
        (input, taken) = (graph.input, graph.taken)
        watched = graph.watched.map { ($0, graph.answering.shape(of: $0)) }
        layout = BatchLayout(network, rows: rows)
    }

    /// Runs on one row, which stands in every place of the batch.
    ///
    /// - Returns: The watched values with their batch.
    func run(_ row: [Float], _ model: InferenceModel) -> [Tensor] {
        let prepared = preparation.prepare(sharing: model.weights)
        let buffer = FloatBuffer(count: layout.count)
        row.withUnsafeBufferPointer { row in
            guard let numbers = row.baseAddress else { return }
            for place in 0..<layout.rows {
                layout.write(row: place, of: buffer.pointer) {
                    $1.update(from: numbers + $0.lowerBound, count: $0.count)
                }
            }
        }
        var memory = [input: buffer.pointer]
        for (value, source) in taken { memory[value] = prepared.pointer(to: source) }
        let run = plan.makeRun(memory)
        return withExtendedLifetime((buffer, prepared)) {
            run.run()
            return watched.map { value, shape in
                Tensor(shape, Array(UnsafeBufferPointer(start: run.pointer(to: value), count: shape.volume)))
            }
        }
    }
}

extension Tensor {
    /// One place along an axis, without that axis.
    func slice(_ place: Int, axis: Int) -> Tensor {
        let inner = shape.extents[(axis + 1)...].reduce(1, *)
        let outer = shape.extents[..<axis].reduce(1, *)
        var own: [Float] = []
        own.reserveCapacity(inner * outer)
        for row in 0..<outer {
            let begin = (row * shape[axis] + place) * inner
            own += values[begin..<begin + inner]
        }
        return Tensor(Shape(Array(shape.extents[..<axis] + shape.extents[(axis + 1)...])), own)
    }

    /// Some places along the last axis.
    public func picking(_ places: [Int]) -> Tensor {
        let width = shape.last
        var own: [Float] = []
        own.reserveCapacity(volume / max(width, 1) * places.count)
        for begin in stride(from: 0, to: volume, by: max(width, 1)) {
            for place in places { own.append(values[begin + place]) }
        }
        return Tensor(Shape(shape.extents.dropLast() + [places.count]), own)
    }
}
