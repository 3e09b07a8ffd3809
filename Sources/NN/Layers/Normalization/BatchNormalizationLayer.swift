import JSON

/// Keras's `BatchNormalization`: every channel with mean 0 and variance 1 over the batch, then scaled and shifted.
///
/// `y = gamma · (x − mean) / √(variance + epsilon) + beta`. While training, mean and (biased) variance are those of the
/// whole batch, over every axis but `axis` (counted with the batch, the last by default), and the moving ones follow:
/// `moving · momentum + batch · (1 − momentum)`; answering, and where the layer is frozen, the moving ones are used.
/// Steps that a mask leaves out don't count; applied again, the layer goes on from the moving ones that it came to before. Source: Ioffe and Szegedy 2015, arXiv:1502.03167;
/// keras.io/api/layers/normalization_layers/batch_normalization.
struct BatchNormalizationLayer: SingleInputLayer {
    static let names = ["BatchNormalization"]

    var passesMask: Bool { true }
    var usesBatchStatistics: Bool { true }

    private let axis: Int
    private let momentum: Double
    private let affine: ScaleAndShift
    private let movingMean: Initializer
    private let movingVariance: Initializer

    init(reading arguments: inout ObjectReader) {
        axis = arguments.axes(count: 1...1)[0]
        momentum = arguments.double("momentum", in: .from(0, through: 1), default: 0.99)
        affine = ScaleAndShift(reading: &arguments)
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
        affine.write(to: &json)
        json.field("moving_mean_initializer", movingMean)
        json.field("moving_variance_initializer", movingVariance)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        _ = try input.places(ofAxes: [axis])
        return input
    }

    func parameters(for input: Shape) -> [Parameter] {
        let shape: Shape = [input[axis < 0 ? axis + input.rank : axis - 1]]
        return affine.parameters(shape) + [
            Parameter("moving_mean", shape, movingMean, trainable: false),
            Parameter("moving_variance", shape, movingVariance, trainable: false),
        ]
    }

    /// Along other axes than that of the steps.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        inputs[0].rank > 1 && ![axis < 0 ? axis + inputs[0].rank : axis - 1].contains(0)
            ? SteppedLayer(layer: self) : nil
    }

    func operations(input: Shape, output: Shape) -> Int { 2 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let place = axis < 0 ? axis + pass.graph.shape(of: input).rank : axis
        let channelsLast = try pass.graph.moving(place, toEndOf: input)
        let counting = try counting(input, place, in: &pass)
        let result = try normalize(channelsLast, counting, parameters, in: &pass)
        return try pass.graph.moving(endOf: result, to: place)
    }

    /// The rows that the batch's mean and variance go over; nil where the moving ones are used.
    private func counting(
        _ input: Value,
        _ place: Int,
        in pass: inout ForwardPass
    ) throws(ShapeError) -> Counting? {
        guard pass.isTraining, pass.layer.isTrainable, let batchRows = pass.batchRows else { return nil }
        return try Counting(of: input, channels: place, batchRows: batchRows, in: &pass)
    }

    /// Normalizes a batch whose last axis is that of the channels.
    private func normalize(
        _ input: Value,
        _ counting: Counting?,
        _ parameters: [Value],
        in pass: inout ForwardPass
    ) throws(ShapeError) -> Value {
        let (moving, learned) = (parameters.suffix(2), parameters.dropLast(2))
        let shape = pass.graph.shape(of: input)
        let mean: Value
        let variance: Value
        let centred: Value
        if let counting {
            mean = try counting.mean(of: input, in: &pass.graph)
            centred = try pass.graph.subtract(input, pass.graph.broadcast(mean, to: shape))
            variance = try counting.mean(of: pass.graph.multiply(centred, centred), in: &pass.graph)
            for (parameter, new) in zip(moving, [mean, variance]) {
                let kept = try pass.graph.scale(pass.latest(parameter), by: Float(momentum))
                let added = try pass.graph.scale(new, by: Float(1 - momentum))
                pass.update(parameter, to: try pass.graph.add(kept, added))
            }
        } else {
            (mean, variance) = (moving[moving.startIndex], moving[moving.startIndex + 1])
            centred = try pass.graph.subtract(input, pass.graph.broadcast(mean, to: shape))
        }
        let deviation = try pass.graph.sqrt(pass.graph.offset(variance, by: Float(affine.epsilon)))
        let one = try pass.graph.constant(1, shape: pass.graph.shape(of: deviation))
        let factor = try pass.graph.divide(affine.scale ? learned[0] : one, deviation)
        let scaled = try pass.graph.multiply(centred, pass.graph.broadcast(factor, to: shape))
        return affine.center ? try pass.addBias(learned[affine.scale ? 1 : 0], to: scaled) : scaled
    }

    /// The rows over which a mean goes: those of the whole batch, or those of it that a mask lets count.
    private struct Counting {
        private let batchAxes: [Int]
        private let count: Float
        private let mask: (weights: Value, total: Value)?

        init(of input: Value, channels: Int, batchRows: Int, in pass: inout ForwardPass) throws(ShapeError) {
            let shape = pass.graph.shape(of: input)
            batchAxes = Array(0..<shape.rank - 1)
            count = Float(batchRows * shape.extents.dropFirst().reduce(1, *) / shape[channels])
            guard let given = pass.mask(ofInput: 0) else {
                mask = nil
                return
            }
            let steps = try pass.graph.stretchedMask(given, to: shape.prefix(shape.rank - 1))
            let weights = try pass.graph.stretchedMask(steps, to: shape)
            let total: Value
            if channels == shape.rank - 1 {
                let sum = try pass.graph.replicaSum(pass.graph.total(steps))
                total = try pass.graph.broadcast(pass.graph.offset(sum, by: 1e-7), to: [shape.last])
                mask = (weights, total)
            } else {
                let moved = try pass.graph.moving(channels, toEndOf: weights)
                let sum = try pass.graph.replicaSum(pass.graph.sum(moved, axes: batchAxes))
                total = try pass.graph.offset(sum, by: 1e-7)
                mask = (moved, total)
            }
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
