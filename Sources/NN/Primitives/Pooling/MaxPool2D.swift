/// The largest number under each place of a window, channel by channel: `[N, H, W, C] → [N, H′, W′, C]`.
///
/// Padding never wins. Where several numbers are the largest, the derivative goes to the first, row by row.
public struct MaxPool2D: SingleResultPrimitive {
    /// The window, its steps and the zeros around the image.
    public let window: Window2D
    /// The name in messages.
    public var name: String { "maxPool2D" }

    package init(window: Window2D) {
        self.window = window
    }

    /// `[N, H′, W′, C]` where the window fits the image.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let (rows, columns) = try window.places(on: operands[0], name)
        return [operands[0][0], rows, columns, operands[0][3]]
    }

    /// Forward mode: the tangent at the place of the largest number.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.append(MaxPool2DGather(window: window), operands[0], result, tangent)
    }

    /// Reverse mode: the cotangent goes to the place of the largest number.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [try graph.append(MaxPool2DScatter(window: window), operands[0], result, cotangent)]
    }

    private static func poolTiles(
        _ windows: PoolingWindows,
        _ image: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>
    ) {
        let width = windows.resultColumns * windows.channels
        for row in 0..<windows.batch * windows.resultRows {
            let (sample, line) = (row / windows.resultRows, row % windows.resultRows)
            let top = image + (sample * windows.rows + 2 * line) * windows.rowCount
            VectorLoops.maxPoolForward2x2(
                top,
                top + windows.rowCount,
                result + row * width,
                windows.resultColumns,
                windows.channels
            )
        }
    }

    /// Rows first, then the pixels of a row.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let windows = PoolingWindows(image: signature.operands[0], result: signature.results[0], window: window)
        return .kernel(
            Kernel(scratchBytes: windows.rowCount * MemoryLayout<Float>.stride) { buffers in
                let (image, result) = (buffers.operands[0], buffers.results[0])
                let scratch = buffers.scratch.assumingMemoryBound(to: Float.self)
                if windows.isTiledBy2, windows.channels % 16 == 0 { return { Self.poolTiles(windows, image, result) } }
                return {
                    windows.reduce(
                        image,
                        into: result,
                        scratch: scratch,
                        combine: { $1 > $0 ? $1 : $0 },
                        empty: -.infinity,
                        finish: { _, _ in }
                    )
                }
            }
        )
    }
}

extension Graph {
    /// The largest number under each place of a window.
    public mutating func maxPool2D(
        _ x: Value,
        window: (Int, Int),
        strides: (Int, Int),
        padding: Padding2D = Padding2D()
    ) throws(ShapeError) -> Value {
        try append(MaxPool2D(window: Window2D(window, strides: strides, padding: padding)), x)
    }
}
