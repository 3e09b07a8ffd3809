import JSON

/// Keras's `BatchNormalization`: every channel with mean 0 and variance 1 over the batch, then scaled and shifted.
///
/// `y = gamma · (x − mean) / √(variance + epsilon) + beta`. While training, mean and (biased) variance are those of the
/// whole batch, over every axis but the last, and the moving ones follow: `moving · momentum + batch · (1 − momentum)`;
/// answering, and where the layer is frozen, the moving ones are used. Rows that a mask leaves out don't count. Source:
/// Ioffe and Szegedy 2015, arXiv:1502.03167; keras.io/api/layers/normalization_layers/batch_normalization.
struct BatchNormalizationLayer: SingleInputLayer {
    static let names = ["BatchNormalization"]

    var passesMask: Bool { true }

    private let axis: Int
    private let momentum: Double
    private let epsilon: Double
    private let center: Bool
    private let scale: Bool
    private let beta: WeightRules
    private let gamma: WeightRules
    private let movingMean: Initializer
    private let movingVariance: Initializer

    init(reading arguments: inout ObjectReader) {
        axis = arguments.normalizedAxis()
        momentum = arguments.double("momentum", in: .from(0, through: 1), default: 0.99)
        epsilon = arguments.double("epsilon", in: .from(0), default: 0.001)
        center = arguments.bool("center", default: true)
        scale = arguments.bool("scale", default: true)
        beta = arguments.weight("beta", default: .zeros)
        gamma = arguments.weight("gamma", default: .ones)
        movingMean = arguments.initializer("moving_mean_initializer", default: .zeros)
        movingVariance = arguments.initializer("moving_variance_initializer", default: .ones)
        arguments.only(.bool(false), for: "renorm")
        arguments.only(nil, for: "renorm_clipping")
        arguments.accept("renorm_momentum")
        // Statistics are over the whole batch on every replica, which is what Keras calls synchronized.
        arguments.accept("synchronized")
    }

    func write(to json: inout JSONWriter) {
        json.field("axis", axis)
        json.field("momentum", momentum)
        json.field("epsilon", epsilon)
        json.field("center", center)
        json.field("scale", scale)
        json.weight("beta", beta)
        json.weight("gamma", gamma)
        json.field("moving_mean_initializer", movingMean)
        json.field("moving_variance_initializer", movingVariance)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        try input.checkLastAxis(axis)
        return input
    }

    func parameters(for input: Shape) -> [Parameter] {
        let shape: Shape = [input.last]
        let scaling = scale ? [Parameter("gamma", shape, gamma)] : []
        let shifting = center ? [Parameter("beta", shape, beta)] : []
        return scaling + shifting + [
            Parameter("moving_mean", shape, movingMean, trainable: false),
            Parameter("moving_variance", shape, movingVariance, trainable: false),
        ]
    }

    func operations(input: Shape, output: Shape) -> Int { 2 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let (moving, learned) = (parameters.suffix(2), parameters.dropLast(2))
        let shape = pass.graph.shape(of: input)
        let mean: Value
        let variance: Value
        let centred: Value
        if let batchRows = pass.batchRows, pass.isLayerTrainable {
            let counting = try Counting(of: input, batchRows: batchRows, in: &pass)
            mean = try counting.mean(of: input, in: &pass.graph)
            centred = try pass.graph.subtract(input, pass.graph.broadcast(mean, to: shape))
            variance = try counting.mean(of: pass.graph.multiply(centred, centred), in: &pass.graph)
            for (old, new) in zip(moving, [mean, variance]) {
                let kept = try pass.graph.scale(old, by: Float(momentum))
                let added = try pass.graph.scale(new, by: Float(1 - momentum))
                pass.update(old, to: try pass.graph.add(kept, added))
            }
        } else {
            (mean, variance) = (moving[moving.startIndex], moving[moving.startIndex + 1])
            centred = try pass.graph.subtract(input, pass.graph.broadcast(mean, to: shape))
        }
        let deviation = try pass.graph.sqrt(pass.graph.offset(variance, by: Float(epsilon)))
        let one = try pass.graph.constant(1, shape: pass.graph.shape(of: deviation))
        let factor = try pass.graph.divide(scale ? learned[0] : one, deviation)
        let scaled = try pass.graph.multiply(centred, pass.graph.broadcast(factor, to: shape))
        return center ? try pass.addBias(learned[scale ? 1 : 0], to: scaled) : scaled
    }

    /// The rows over which a mean goes: those of the whole batch, or those of it that a mask lets count.
    private struct Counting {
        private let batchAxes: [Int]
        private let count: Float
        private let mask: (weights: Value, total: Value)?

        init(of input: Value, batchRows: Int, in pass: inout ForwardPass) throws(ShapeError) {
            let shape = pass.graph.shape(of: input)
            batchAxes = Array(0..<shape.rank - 1)
            count = Float(batchRows * shape.extents.dropFirst().dropLast().reduce(1, *))
            guard let steps = pass.mask(of: input),
                pass.graph.shape(of: steps).extents == Array(shape.extents.dropLast())
            else {
                mask = nil
                return
            }
            let total = try pass.graph.replicaSum(pass.graph.total(steps))
            let column = try pass.graph.reshape(steps, to: Shape(shape.extents.dropLast() + [1]))
            mask = (
                try pass.graph.broadcast(column, to: shape),
                try pass.graph.broadcast(pass.graph.offset(total, by: 1e-7), to: [shape.last])
            )
        }

        /// The mean of each channel, `[C]`.
        func mean(of value: Value, in graph: inout Graph) throws(ShapeError) -> Value {
            let counted = try mask.map { mask throws(ShapeError) in try graph.multiply(value, mask.weights) } ?? value
            let sum = try graph.replicaSum(graph.sum(counted, axes: batchAxes))
            guard let mask else { return try graph.scale(sum, by: 1 / count) }
            return try graph.divide(sum, mask.total)
        }
    }
}

extension ObjectReader {
    /// The axis that is normalized, by Keras's `axis`; only the last is supported, whatever its number.
    mutating func normalizedAxis() -> Int {
        if let value = optionalValue("axis"), value.kind == .array {
            let axes = ints("axis", in: -1...6, count: 1...1)
            return axes[0]
        }
        return int("axis", in: -1...6, default: -1)
    }
}

extension Shape {
    /// Refuses an axis, counted with the batch, that isn't the last of a sample.
    func checkLastAxis(_ axis: Int) throws(ShapeRequirement) {
        guard rank > 0 else { throw ShapeRequirement("[…, channels]") }
        guard axis == -1 || axis == rank else {
            throw ShapeRequirement("axis -1 or \(rank), the last, in place of \(axis)")
        }
    }
}
