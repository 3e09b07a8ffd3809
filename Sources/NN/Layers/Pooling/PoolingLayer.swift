import JSON

/// A layer that takes one number from each window over one, two or three axes, channel by channel.
protocol PoolingLayer: SingleInputLayer {
    /// How many axes the window slides over.
    static var rank: Int { get }
    /// What is taken from a window.
    static var pooling: PoolingKind { get }

    /// The window; its strides are its size where none are given.
    var window: WindowArguments { get }

    /// The layer for a window.
    init(_ window: WindowArguments)
}

/// What a pooling layer takes from a window.
enum PoolingKind {
    /// The greatest number; padding never counts.
    case maximum
    /// The mean over what lies inside the input.
    case average
}

extension PoolingLayer {
    init(reading arguments: inout ObjectReader) {
        let allowed = 1...ObjectReader.greatestArgument
        let twos = Array(repeating: 2, count: Self.rank)
        let size = arguments.optionalTuple("pool_size", of: Self.rank, in: allowed) ?? twos
        self.init(
            WindowArguments(
                size: size,
                strides: arguments.strides(Self.rank, default: size),
                padding: arguments.choice("padding", among: ["valid", "same"], default: "valid") == "same"
                    ? .same : .valid
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
        Shape(try window.extents(over: input, argument: "pool_size") + [input.last])
    }

    func operations(input: Shape, output: Shape) -> Int { output.volume * window.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        try pass.graph.pool(input, window, Self.pooling)
    }
}

extension Graph {
    /// A pooling over one, two or three axes of `[N, …, C]`.
    mutating func pool(_ x: Value, _ window: WindowArguments, _ kind: PoolingKind) throws(ShapeError) -> Value {
        let zeros = window.zeros(around: shape(of: x))
        switch window.rank {
        case 1:
            let images = try asImages(x)
            return try asSequences(
                pool2D(images, kind, (1, window.size[0]), (1, window.strides[0]), ((0, 0), zeros[0]))
            )
        case 2:
            return try pool2D(
                x,
                kind,
                (window.size[0], window.size[1]),
                (window.strides[0], window.strides[1]),
                (zeros[0], zeros[1])
            )
        default:
            // Both functions may be taken along height and width first, then along the depth.
            let volume = shape(of: x)
            let slices = try pool2D(
                reshape(x, to: [volume[0] * volume[1], volume[2], volume[3], volume[4]]),
                kind,
                (window.size[1], window.size[2]),
                (window.strides[1], window.strides[2]),
                (zeros[1], zeros[2])
            )
            let extents = shape(of: slices).extents.dropFirst()
            let depths = try reshape(slices, to: [volume[0], volume[1], 1, extents.reduce(1, *)])
            let pooled = try pool2D(depths, kind, (window.size[0], 1), (window.strides[0], 1), (zeros[0], (0, 0)))
            return try reshape(pooled, to: Shape([volume[0], shape(of: pooled)[1]] + extents))
        }
    }

    private mutating func pool2D(
        _ x: Value,
        _ kind: PoolingKind,
        _ size: (Int, Int),
        _ strides: (Int, Int),
        _ zeros: (rows: (before: Int, after: Int), columns: (before: Int, after: Int))
    ) throws(ShapeError) -> Value {
        let padding = Padding2D(zeros.rows, zeros.columns)
        return switch kind {
        case .maximum: try maxPool2D(x, window: size, strides: strides, padding: padding)
        case .average: try averagePool2D(x, window: size, strides: strides, padding: padding)
        }
    }
}
