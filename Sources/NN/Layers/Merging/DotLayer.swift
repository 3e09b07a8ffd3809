import JSON

/// Keras's `Dot`: the sum of products of two inputs along an axis of each, `[…, K] · […, K]`.
///
/// `axes` counts the batch. With `normalize` both are divided by their norm along it first, which makes the result the
/// cosine of their angle.
struct DotLayer: SingleResultLayer {
    static let names = ["Dot"]

    private let axes: [Int]
    private let normalizes: Bool

    init(reading arguments: inout ObjectReader) {
        axes = arguments.tuple("axes", of: 2, in: -2...2)
        if axes.contains(0) { arguments.fault(at: "axes", "axis 0 is the batch; expected -2, -1, 1 or 2") }
        normalizes = arguments.bool("normalize", default: false)
    }

    func write(to json: inout JSONWriter) {
        json.field("axes", axes)
        json.field("normalize", normalizes)
    }

    /// The axis of an input counted from 0 without the batch.
    private func place(_ index: Int, rank: Int) -> Int { axes[index] < 0 ? axes[index] + rank : axes[index] - 1 }

    func outputShape(for inputs: [Shape]) throws(ShapeRequirement) -> Shape {
        guard inputs.count == 2, inputs.allSatisfy({ $0.rank == 1 || $0.rank == 2 }) else {
            throw ShapeRequirement("two inputs of one or two axes")
        }
        let places = (0..<2).map { place($0, rank: inputs[$0].rank) }
        guard zip(places, inputs).allSatisfy({ $1.extents.indices.contains($0) }),
            inputs[0][places[0]] == inputs[1][places[1]]
        else {
            throw ShapeRequirement("inputs as long as each other along its axes \(axes)")
        }
        let left = (0..<2).flatMap { index in
            inputs[index].extents.indices.filter { $0 != places[index] }.map { inputs[index][$0] }
        }
        return Shape(left.isEmpty ? [1] : left)
    }

    func operations(inputs: [Shape], output: Shape) -> Int {
        2 * output.volume * inputs[0][place(0, rank: inputs[0].rank)]
    }

    func append(to pass: inout ForwardPass, inputs: [Value], parameters: [Value]) throws(ShapeError) -> Value {
        let shapes = inputs.map { pass.graph.shape(of: $0) }
        let result = try outputExtents(shapes)
        let left = try matrices(inputs[0], 0, in: &pass.graph)
        let right = try matrices(inputs[1], 1, in: &pass.graph)
        let product = try pass.graph.batchMatmul(left, right, transposingRight: true)
        return try pass.graph.reshape(product, to: Shape([shapes[0][0]] + result))
    }

    private func outputExtents(_ shapes: [Shape]) throws(ShapeError) -> [Int] {
        let samples = shapes.map { $0.dropping(1) }
        do throws(ShapeRequirement) {
            return try outputShape(for: samples).extents
        } catch {
            throw ShapeError("dot", "needs \(error.needs)")
        }
    }

    /// An input as `[N, others, K]`, with a norm of 1 along K where it is wanted.
    private func matrices(_ input: Value, _ index: Int, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: input)
        let place = place(index, rank: shape.rank - 1)
        var result = input
        if shape.rank == 2 {
            result = try graph.reshape(input, to: [shape[0], 1, shape[1]])
        } else if place == 0 {
            result = try graph.transpose(input, permutation: [0, 2, 1])
        }
        return normalizes ? try graph.normalizedRows(result) : result
    }
}

extension Graph {
    /// A value with a Euclidean norm of 1 along its last axis; Keras divides by no less than 1e-6.
    mutating func normalizedRows(_ x: Value) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        let squares = try sum(multiply(x, x), axes: [shape.rank - 1], keepingDimensions: true)
        let least = try constant(1e-12, shape: self.shape(of: squares))
        return try divide(x, broadcast(sqrt(maximum(squares, least)), to: shape))
    }
}
