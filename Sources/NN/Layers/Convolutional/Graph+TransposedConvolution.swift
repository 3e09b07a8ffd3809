extension Graph {
    /// A transposed convolution over one, two or three axes: `[N, …, C] * [k…, F, C] → [N, …, F]`.
    mutating func convolveTransposed(
        _ x: Value,
        _ kernel: Value,
        _ arguments: TransposedConvolutionArguments
    ) throws(ShapeError) -> Value {
        let window = arguments.window
        let (extents, zeros) = arguments.result(of: shape(of: x))
        switch window.rank {
        case 1:
            let shape = shape(of: kernel)
            let images = try enlarge(
                asImages(x),
                reshape(kernel, to: [1, shape[0], shape[1], shape[2]]),
                WindowArguments(
                    size: [1, window.size[0]],
                    strides: [1, window.strides[0]],
                    dilation: [1, window.dilation[0]],
                    padding: window.padding
                ),
                to: [1, extents[0]],
                [(0, 0), zeros[0]]
            )
            return try asSequences(images)
        case 2: return try enlarge(x, kernel, window, to: extents, zeros)
        default: return try enlargeVolumes(x, kernel, window, to: extents, zeros)
        }
    }

    /// A transposed convolution of images `[N, H, W, C]`.
    private mutating func enlarge(
        _ x: Value,
        _ kernel: Value,
        _ window: WindowArguments,
        to extents: [Int],
        _ zeros: [(before: Int, after: Int)]
    ) throws(ShapeError) -> Value {
        let filters = shape(of: kernel)[2]
        let gradient = Convolution2DImageGradient(
            window: Window2D(
                (window.size[0], window.size[1]),
                strides: (window.strides[0], window.strides[1]),
                padding: Padding2D(zeros[0], zeros[1]),
                dilation: (window.dilation[0], window.dilation[1])
            ),
            image: [shape(of: x)[0], extents[0], extents[1], filters]
        )
        return try append(gradient, x, kernel)
    }

    /// A transposed convolution of volumes `[N, D, H, W, C]` as a sum of those of their images, one for each depth of the
    /// window, laid where its stride and dilation put them.
    private mutating func enlargeVolumes(
        _ x: Value,
        _ kernel: Value,
        _ window: WindowArguments,
        to extents: [Int],
        _ zeros: [(before: Int, after: Int)]
    ) throws(ShapeError) -> Value {
        let (volume, shape) = (shape(of: x), shape(of: kernel))
        let (rows, depth, stride) = (volume[0], volume[1], window.strides[0])
        let images = try reshape(x, to: [rows * depth, volume[2], volume[3], volume[4]])
        let flat = WindowArguments(
            size: Array(window.size.dropFirst()),
            strides: Array(window.strides.dropFirst()),
            dilation: Array(window.dilation.dropFirst()),
            padding: window.padding
        )
        let layer = extents[1] * extents[2] * shape[3]
        // The depth from the first image of the first window to behind the last, and what of it is the result.
        let begin = zeros[0].before
        let whole = max(depth * stride + window.span[0] - 1, begin + extents[0])
        var total: Value?
        for tap in 0..<window.size[0] {
            let own = try reshape(slice(kernel, axis: 0, tap..<tap + 1), to: Shape(Array(shape.extents.dropFirst())))
            let part = try enlarge(images, own, flat, to: Array(extents.dropFirst()), Array(zeros.dropFirst()))
            let steps = try pad(reshape(part, to: [rows, depth, 1, layer]), axis: 2, before: 0, after: stride - 1)
            let spread = try reshape(steps, to: [rows, depth * stride, layer])
            let before = tap * window.dilation[0]
            let placed = try pad(spread, axis: 1, before: before, after: whole - depth * stride - before)
            total = try sum(of: [total, placed])
        }
        guard let total else { throw ShapeError("convolveTransposed", "a window \(window.size) without depth") }
        let result = try slice(total, axis: 1, begin..<begin + extents[0])
        return try reshape(result, to: Shape([rows] + extents + [shape[3]]))
    }
}
