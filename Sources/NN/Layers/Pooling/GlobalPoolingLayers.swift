import JSON

/// A layer that makes one number of all steps, pixels or places of a channel: `[T, C]`, `[H, W, C]` or `[D, H, W, C]` to
/// `[C]`.
protocol GlobalPoolingLayer: SingleInputLayer {
    /// The names of a sample's axes, as in `[steps, channels]`.
    static var axes: String { get }
    /// How many axes a sample has.
    static var rank: Int { get }
    /// Whether the pooled axes stay, with an extent of 1.
    var keepsDimensions: Bool { get }

    /// The layer that keeps the pooled axes or not.
    init(keepsDimensions: Bool)

    /// Appends the pooling itself, over some axes, which disappear.
    func pool(_ input: Value, axes: [Int], in pass: inout ForwardPass) throws(ShapeError) -> Value
}

extension GlobalPoolingLayer {
    init(reading arguments: inout ObjectReader) {
        self.init(keepsDimensions: arguments.bool("keepdims", default: false))
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) { json.field("keepdims", keepsDimensions) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == Self.rank else { throw ShapeRequirement(Self.axes) }
        let ones = Array(repeating: 1, count: Self.rank - 1)
        return Shape(keepsDimensions ? ones + [input.last] : [input.last])
    }

    func operations(input: Shape, output: Shape) -> Int { input.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let pooled = try pool(input, axes: Array(1..<shape.rank - 1), in: &pass)
        guard keepsDimensions else { return pooled }
        let ones = Array(repeating: 1, count: shape.rank - 2)
        return try pass.graph.reshape(pooled, to: Shape([shape[0]] + ones + [shape.last]))
    }
}

/// Keras's `GlobalAveragePooling2D`: the mean of a channel, `[H, W, C] → [C]`.
struct GlobalAveragePooling2DLayer: GlobalPoolingLayer {
    static let names = ["GlobalAveragePooling2D", "GlobalAvgPool2D"]
    static let (axes, rank) = ("[height, width, channels]", 3)

    let keepsDimensions: Bool

    init(keepsDimensions: Bool) { self.keepsDimensions = keepsDimensions }

    func pool(_ input: Value, axes: [Int], in pass: inout ForwardPass) throws(ShapeError) -> Value {
        try pass.graph.mean(input, axes: axes)
    }
}

/// Keras's `GlobalAveragePooling1D`: the mean of a channel over the steps that count, `[T, C] → [C]`.
///
/// Where no step of a row counts, the mean is 0; Keras divides 0 by 0 there.
struct GlobalAveragePooling1DLayer: GlobalPoolingLayer {
    static let names = ["GlobalAveragePooling1D", "GlobalAvgPool1D"]
    static let (axes, rank) = ("[steps, channels]", 2)

    let keepsDimensions: Bool

    init(keepsDimensions: Bool) { self.keepsDimensions = keepsDimensions }

    func pool(_ input: Value, axes: [Int], in pass: inout ForwardPass) throws(ShapeError) -> Value {
        guard let mask = pass.mask(ofInput: 0) else { return try pass.graph.mean(input, axes: axes) }
        let shape = pass.graph.shape(of: input)
        let counted = try pass.graph.multiply(input, pass.graph.stretchedMask(mask, to: shape))
        let one = try pass.graph.constant(1, shape: [shape[0], 1])
        let counts = try pass.graph.maximum(pass.graph.sum(mask, axes: [1], keepingDimensions: true), one)
        let sums = try pass.graph.sum(counted, axes: [1])
        return try pass.graph.divide(sums, pass.graph.broadcast(counts, to: [shape[0], shape[2]]))
    }
}

/// Keras's `GlobalMaxPooling2D`: the greatest number of a channel, `[H, W, C] → [C]`.
struct GlobalMaxPooling2DLayer: GlobalPoolingLayer {
    static let names = ["GlobalMaxPooling2D", "GlobalMaxPool2D"]
    static let (axes, rank) = ("[height, width, channels]", 3)

    let keepsDimensions: Bool

    init(keepsDimensions: Bool) { self.keepsDimensions = keepsDimensions }

    func pool(_ input: Value, axes: [Int], in pass: inout ForwardPass) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let greatest = try pass.graph.maxPool2D(input, window: (shape[1], shape[2]), strides: (1, 1))
        return try pass.graph.reshape(greatest, to: [shape[0], shape[3]])
    }
}

/// Keras's `GlobalMaxPooling1D`: the greatest number of a channel over all steps, `[T, C] → [C]`.
struct GlobalMaxPooling1DLayer: GlobalPoolingLayer {
    static let names = ["GlobalMaxPooling1D", "GlobalMaxPool1D"]
    static let (axes, rank) = ("[steps, channels]", 2)

    let keepsDimensions: Bool

    init(keepsDimensions: Bool) { self.keepsDimensions = keepsDimensions }

    func pool(_ input: Value, axes: [Int], in pass: inout ForwardPass) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let greatest = try pass.graph.maxPool2D(pass.graph.asImages(input), window: (1, shape[1]), strides: (1, 1))
        return try pass.graph.reshape(greatest, to: [shape[0], shape[2]])
    }
}

/// Keras's `GlobalAveragePooling3D`: the mean of a channel, `[D, H, W, C] → [C]`.
struct GlobalAveragePooling3DLayer: GlobalPoolingLayer {
    static let names = ["GlobalAveragePooling3D", "GlobalAvgPool3D"]
    static let (axes, rank) = ("[depth, height, width, channels]", 4)

    let keepsDimensions: Bool

    init(keepsDimensions: Bool) { self.keepsDimensions = keepsDimensions }

    func pool(_ input: Value, axes: [Int], in pass: inout ForwardPass) throws(ShapeError) -> Value {
        try pass.graph.mean(input, axes: axes)
    }
}

/// Keras's `GlobalMaxPooling3D`: the greatest number of a channel, `[D, H, W, C] → [C]`.
struct GlobalMaxPooling3DLayer: GlobalPoolingLayer {
    static let names = ["GlobalMaxPooling3D", "GlobalMaxPool3D"]
    static let (axes, rank) = ("[depth, height, width, channels]", 4)

    let keepsDimensions: Bool

    init(keepsDimensions: Bool) { self.keepsDimensions = keepsDimensions }

    func pool(_ input: Value, axes: [Int], in pass: inout ForwardPass) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let (rows, width) = (shape[1] * shape[2], shape[3])
        let image = try pass.graph.reshape(input, to: [shape[0], rows, width, shape[4]])
        let greatest = try pass.graph.maxPool2D(image, window: (rows, width), strides: (1, 1))
        return try pass.graph.reshape(greatest, to: [shape[0], shape[4]])
    }
}
