import JSON

/// A layer that takes one number from each window of an image, channel by channel: `[H, W, C] → [H′, W′, C]`.
protocol Pooling2DLayer: SingleInputLayer {
    /// The window; its strides are its size where none are given.
    var window: WindowArguments2D { get }

    /// The layer for a window.
    init(_ window: WindowArguments2D)

    /// Appends the pooling itself.
    func pool(_ input: Value, _ padding: Padding2D, in graph: inout Graph) throws(ShapeError) -> Value
}

extension Pooling2DLayer {
    init(reading arguments: inout ObjectReader) {
        let size = arguments.pair("pool_size", default: Pair(first: 2, second: 2))
        self.init(
            WindowArguments2D(
                size: size,
                strides: arguments.pair("strides", default: size),
                padding: arguments.choice("padding", default: .valid)
            )
        )
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        json.field("pool_size", window.size)
        json.field("strides", window.strides)
        json.field("padding", window.padding.rawValue)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        let (height, width) = try window.extents(over: input, argument: "pool_size")
        return [height, width, input[2]]
    }

    func operations(input: Shape, output: Shape) -> Int { output.volume * window.size.product }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pool(input, window.zeros(around: pass.graph.shape(of: input)), in: &pass.graph)
    }
}
