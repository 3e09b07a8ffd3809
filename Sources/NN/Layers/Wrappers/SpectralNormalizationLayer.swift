import JSON

/// Keras's `SpectralNormalization`: a layer whose kernel, or table, training divides by its greatest singular value before
/// each step.
///
/// As a matrix of its last axis, K: `power_iterations` times `v = u·Kᵀ / |u·Kᵀ|`, `u = v·K / |v·K|`, then `σ = v·K·uᵀ`. The
/// kernel itself becomes `K / σ`, which the step then moves; `vector_u` `[1, columns]` is kept. A kernel of zeros stays.
/// Answering, and where the layer is frozen, the layer inside is as it is. Source: Miyato et al. 2018, arXiv:1802.05957.
struct SpectralNormalizationLayer: SingleInputLayer {
    static let names = ["SpectralNormalization"]

    /// What Keras keeps lengths from, so that nothing is divided by 0.
    private static let epsilon: Float = 1e-7

    private let inner: InnerLayer?
    private let iterations: Int

    init(reading arguments: inout ObjectReader) {
        inner = InnerLayer("layer", reading: &arguments)
        iterations = arguments.int("power_iterations", in: 1...1_000, default: 1)
    }

    func write(to json: inout JSONWriter) {
        json.field("layer", ifPresent: inner)
        json.field("power_iterations", iterations)
    }

    var activation: ActivationKind { inner?.layer.activation ?? .linear }
    var indexCount: Int? { inner?.layer.indexCount }
    var makesMask: Bool { inner?.layer.makesMask ?? false }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard let inner else { return input }
        let results = try inner.layer.outputShapes(for: [input])
        guard results.count == 1 else { throw ShapeRequirement("a layer that gives one result") }
        guard kernel(for: input) != nil else {
            throw ShapeRequirement("a layer with a weight \"kernel\" or \"embeddings\" of two axes or more")
        }
        return results[0]
    }

    /// The place of the weight that is divided, among those of the layer inside.
    private func kernel(for input: Shape) -> Int? {
        inner?.layer.parameters(for: [input]).firstIndex {
            ["kernel", "embeddings"].contains($0.name) && $0.shape.rank > 1
        }
    }

    func parameters(for input: Shape) -> [Parameter] {
        guard let inner, let place = kernel(for: input) else { return [] }
        let own = inner.layer.parameters(for: [input])
        let vector = Parameter("vector_u", [1, own[place].shape.last], .smallTruncatedNormal, trainable: false)
        return [vector] + own.map { inner.trainable ? $0 : $0.frozen }
    }

    func operations(input: Shape, output: Shape) -> Int {
        inner?.layer.operations(inputs: [input], output: output) ?? 0
    }

    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        inner?.layer.stepped(inputs: inputs, changing: changing)?.states.isEmpty == true
            ? SteppedLayer(layer: self) : nil
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input).dropping(1)
        guard let inner, let place = kernel(for: shape) else { return input }
        var weights = Array(parameters.dropFirst())
        if pass.isTraining, pass.layer.isTrainable, inner.trainable {
            weights[place] = try normalized(weights[place], parameters[0], in: &pass)
        }
        let given = try pass.append(
            inner.layer,
            inputs: [input],
            masks: [pass.mask(ofInput: 0)],
            parameters: weights,
            isTrainable: inner.trainable
        )
        if let regularizer = inner.activityRegularizer { try pass.penalize(given.activities, regularizer) }
        pass.setMask(given.masks[0])
        return given.values[0]
    }

    /// The kernel as it is in this step, from which gradients go on to the weight as they come.
    private func normalized(_ kernel: Value, _ vector: Value, in pass: inout ForwardPass) throws(ShapeError) -> Value {
        let (old, before) = (pass.latest(kernel), pass.latest(vector))
        let shape = pass.graph.shape(of: kernel)
        let (rows, columns) = (shape.volume / max(shape.last, 1), shape.last)
        let matrix = try pass.graph.reshape(old, to: [rows, columns])
        var (u, v) = (before, before)
        for _ in 0..<iterations {
            v = try unit(pass.graph.matmul(u, matrix, transposingRight: true, staysExact: true), in: &pass.graph)
            u = try unit(pass.graph.matmul(v, matrix, staysExact: true), in: &pass.graph)
        }
        let greatest = try pass.graph.matmul(
            pass.graph.matmul(v, matrix, staysExact: true),
            u,
            transposingRight: true,
            staysExact: true
        )
        // 1 where the kernel is of zeros, which are divided by 1 and leave the vector as it was.
        let size = try pass.graph.total(pass.graph.magnitude(old))
        let isZero = try pass.graph.offset(pass.graph.negate(pass.graph.positive(size)), by: 1)
        let divisor = try pass.graph.add(pass.graph.reshape(greatest, to: []), isZero)
        let divided = try pass.graph.divide(old, pass.graph.broadcast(divisor, to: shape))
        let change = try pass.graph.stopGradient(pass.graph.subtract(divided, old))
        let result = try pass.graph.add(old, change)
        pass.update(kernel, to: result)
        let kept = try pass.graph.multiply(before, pass.graph.broadcast(isZero, to: [1, columns]))
        pass.update(vector, to: try pass.graph.add(kept, u))
        return result
    }

    /// A vector `[1, n]` of length 1.
    private func unit(_ vector: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: vector)
        let length = try graph.sqrt(graph.total(graph.multiply(vector, vector)))
        let divisor = try graph.maximum(length, graph.constant(Self.epsilon, shape: []))
        return try graph.divide(vector, graph.broadcast(divisor, to: shape))
    }
}
