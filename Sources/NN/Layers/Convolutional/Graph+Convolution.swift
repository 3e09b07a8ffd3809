extension Graph {
    /// A convolution over one, two or three axes: `[N, …, C] * [k…, C/G, F] → [N, …, F]`, G groups.
    mutating func convolve(
        _ x: Value,
        _ kernel: Value,
        _ window: WindowArguments,
        groups: Int = 1
    ) throws(ShapeError) -> Value {
        guard groups > 1 else { return try convolveWhole(x, kernel, window) }
        let (image, shape) = (shape(of: x), shape(of: kernel))
        let (channels, filters) = (image.last / groups, shape.last / groups)
        if window.rank < 3, channels == 1, filters == 1 { return try convolveWhole(x, kernel, window) }
        // Group by group: oneDNN is slow where groups are narrow but not of one channel.
        var parts: [Value] = []
        for group in 0..<groups {
            let part = try slice(x, axis: image.rank - 1, group * channels..<(group + 1) * channels)
            let own = try slice(kernel, axis: shape.rank - 1, group * filters..<(group + 1) * filters)
            parts.append(try convolveWhole(part, own, window))
        }
        return try concatenate(parts, axis: image.rank - 1)
    }

    /// A convolution of each channel with M filters of its own: `[N, …, C] * [k…, C, M] → [N, …, C·M]`.
    mutating func convolveDepthwise(
        _ x: Value,
        _ kernel: Value,
        _ window: WindowArguments
    ) throws(ShapeError) -> Value {
        let shape = shape(of: kernel)
        let (channels, multiplier) = (shape[shape.rank - 2], shape.last)
        let single = Shape(window.size + [1, channels])
        guard multiplier > 1 else { return try convolveWhole(x, reshape(kernel, to: single), window) }
        // Filter by filter, each over all channels; then the filters of a channel side by side.
        var parts: [Value] = []
        for filter in 0..<multiplier {
            let own = try reshape(slice(kernel, axis: shape.rank - 1, filter..<filter + 1), to: single)
            let part = try convolveWhole(x, own, window)
            parts.append(try reshape(part, to: Shape(self.shape(of: part).extents + [1])))
        }
        let places = self.shape(of: parts[0]).extents.dropLast(2)
        let stacked = try concatenate(parts, axis: places.count + 1)
        return try reshape(stacked, to: Shape(places + [channels * multiplier]))
    }

    private mutating func convolveWhole(
        _ x: Value,
        _ kernel: Value,
        _ window: WindowArguments
    ) throws(ShapeError) -> Value {
        let zeros = window.zeros(around: shape(of: x))
        switch window.rank {
        case 1:
            let shape = shape(of: kernel)
            return try asSequences(
                convolve2D(
                    asImages(x),
                    reshape(kernel, to: [1, shape[0], shape[1], shape[2]]),
                    strides: (1, window.strides[0]),
                    padding: Padding2D(left: zeros[0].before, right: zeros[0].after),
                    dilation: (1, window.dilation[0])
                )
            )
        case 2:
            return try convolve2D(
                x,
                kernel,
                strides: (window.strides[0], window.strides[1]),
                padding: Padding2D(zeros[0], zeros[1]),
                dilation: (window.dilation[0], window.dilation[1])
            )
        default:
            return try convolve3D(x, kernel, window, zeros)
        }
    }

    /// A convolution of volumes `[N, D, H, W, C]` as a sum of convolutions of images, one for each depth of the window.
    private mutating func convolve3D(
        _ x: Value,
        _ kernel: Value,
        _ window: WindowArguments,
        _ zeros: [(before: Int, after: Int)]
    ) throws(ShapeError) -> Value {
        let (volume, shape) = (shape(of: x), shape(of: kernel))
        let stride = window.strides[0]
        let depth = window.padding.windows(window.span[0], stride: stride, over: volume[1])
        // So much depth behind that every window may be cut out together with its stride.
        let needed = (window.size[0] - 1) * window.dilation[0] + depth * stride
        let after = max(needed - volume[1] - zeros[0].before, 0)
        let padded = try pad(x, axis: 1, before: zeros[0].before, after: after)
        let layer = volume.extents.dropFirst(2).reduce(1, *)
        var total: Value?
        for tap in 0..<window.size[0] {
            let start = tap * window.dilation[0]
            let range = try slice(padded, axis: 1, start..<start + depth * stride)
            let steps = try reshape(range, to: [volume[0] * depth, stride * layer])
            let images = try reshape(
                slice(steps, axis: 1, 0..<layer),
                to: [volume[0] * depth, volume[2], volume[3], volume[4]]
            )
            let own = try reshape(slice(kernel, axis: 0, tap..<tap + 1), to: Shape(Array(shape.extents.dropFirst())))
            let part = try convolve2D(
                images,
                own,
                strides: (window.strides[1], window.strides[2]),
                padding: Padding2D(zeros[1], zeros[2]),
                dilation: (window.dilation[1], window.dilation[2])
            )
            total = try sum(of: [total, part])
        }
        guard let total else { throw ShapeError("convolve3D", "a window \(window.size) without depth") }
        let result = self.shape(of: total)
        return try reshape(total, to: [volume[0], depth, result[1], result[2], result[3]])
    }
}

extension Padding2D {
    /// Zeros before and after the rows and the columns.
    init(_ rows: (before: Int, after: Int), _ columns: (before: Int, after: Int)) {
        self.init(top: rows.before, bottom: rows.after, left: columns.before, right: columns.after)
    }
}
