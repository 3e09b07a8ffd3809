import Loops

/// The mean under each place of a window, channel by channel: `[N, H, W, C] → [N, H′, W′, C]`.
///
/// Padding doesn't count: at an edge the mean is over the pixels of the image alone, as in Keras.
public struct AveragePool2D: SingleResultPrimitive {
    /// The window, its steps and the zeros around the image.
    public let window: Window2D
    /// The name in messages.
    public var name: String { "averagePool2D" }

    package init(window: Window2D) {
        self.window = window
    }

    /// `[N, H′, W′, C]` where the window fits the image.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let (rows, columns) = try window.places(on: operands[0], name)
        return [operands[0][0], rows, columns, operands[0][3]]
    }

    /// Forward mode: linear.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.append(self, tangent)
    }

    /// Reverse mode: each cotangent in equal shares to the pixels under its place.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [try graph.append(AveragePool2DSpread(window: window, image: graph.shape(of: operands[0])), cotangent)]
    }

    /// Rows first, then the pixels of a row.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let windows = PoolingWindows(image: signature.operands[0], result: signature.results[0], window: window)
        if windows.isTiledBy2 {
            let geometry = AveragePoolLoops.Geometry(windows)
            return .kernel(
                Kernel { buffers in
                    let (image, result) = (buffers.operands[0], buffers.results[0])
                    return { AveragePoolLoops.forward2x2(geometry, image, result) }
                }
            )
        }
        return .kernel(
            Kernel(scratchBytes: windows.rowCount * MemoryLayout<Float>.stride) { buffers in
                let (image, result) = (buffers.operands[0], buffers.results[0])
                let scratch = buffers.scratch.assumingMemoryBound(to: Float.self)
                return {
                    windows.reduce(
                        image,
                        into: result,
                        scratch: scratch,
                        combine: { $0 + $1 },
                        empty: 0,
                        finish: { row, covered in windows.divide(row, by: covered) }
                    )
                }
            }
        )
    }
}

extension Graph {
    /// The mean under each place of a window; padding doesn't count.
    public mutating func averagePool2D(
        _ x: Value,
        window: (Int, Int),
        strides: (Int, Int),
        padding: Padding2D = Padding2D()
    ) throws(ShapeError) -> Value {
        try append(AveragePool2D(window: Window2D(window, strides: strides, padding: padding)), x)
    }
}

extension AveragePoolLoops.Geometry {
    /// The extents of the images that the windows lie on.
    init(_ windows: PoolingWindows) {
        self.init(batch: windows.batch, rows: windows.rows, columns: windows.columns, channels: windows.channels)
    }
}
