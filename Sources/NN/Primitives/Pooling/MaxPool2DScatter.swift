/// The reverse of max pooling: each number of the last operand, of the pooled shape, goes to where its largest was.
///
/// Operands: the image, its pooled result, the cotangent. Linear in the cotangent; the places are piecewise constant,
/// so there is no derivative by the image.
public struct MaxPool2DScatter: SingleResultPrimitive {
    /// The window, its steps and the zeros around the image.
    public let window: Window2D
    /// The name in messages.
    public var name: String { "maxPool2DScatter" }

    package init(window: Window2D) {
        self.window = window
    }

    /// The image's shape where the other two have the pooled shape.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let pooled = try MaxPool2D(window: window).shape(of: [operands[0]])
        guard operands[1] == pooled, operands[2] == pooled else {
            throw ShapeError(name, "\(operands[1]) and \(operands[2]) must be \(pooled)")
        }
        return operands[0]
    }

    /// Forward mode: linear in the cotangent.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[2] else { return nil }
        return try graph.append(self, operands[0], operands[1], tangent)
    }

    /// Reverse mode: the numbers at the places of the largest.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [nil, nil, try graph.append(MaxPool2DGather(window: window), operands[0], operands[1], cotangent)]
    }

    private static func scatterTiles(
        _ windows: PoolingWindows,
        _ image: UnsafePointer<Float>,
        _ pooled: UnsafePointer<Float>,
        _ cotangent: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>
    ) {
        let (width, rowCount) = (windows.resultColumns * windows.channels, windows.rowCount)
        // With an odd count of rows or columns, the last has no place above it.
        if windows.rows % 2 + windows.columns % 2 > 0 { result.update(repeating: 0, count: windows.imageCount) }
        for row in 0..<windows.batch * windows.resultRows {
            let (sample, line) = (row / windows.resultRows, row % windows.resultRows)
            let top = (sample * windows.rows + 2 * line) * rowCount
            VectorLoops.maxPoolBackward2x2(
                image + top,
                image + top + rowCount,
                pooled + row * width,
                cotangent + row * width,
                result + top,
                result + top + rowCount,
                windows.resultColumns,
                windows.channels
            )
        }
    }

    /// One loop over the places; what is left of a cotangent goes to the first pixel that equals the largest.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let windows = PoolingWindows(image: signature.operands[0], result: signature.operands[1], window: window)
        return .kernel(
            Kernel(scratchBytes: windows.channels * MemoryLayout<Float>.stride) { buffers in
                let (image, pooled, cotangent) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
                let result = buffers.results[0]
                let left = buffers.scratch.assumingMemoryBound(to: Float.self)
                if windows.isTiledBy2, windows.channels % 16 == 0 {
                    return { Self.scatterTiles(windows, image, pooled, cotangent, result) }
                }
                return {
                    let channels = windows.channels
                    result.update(repeating: 0, count: windows.imageCount)
                    windows.forEachPlace { place, sample, rows, columns in
                        let largest = pooled + place
                        left.update(from: cotangent + place, count: channels)
                        for row in rows {
                            for column in columns {
                                let pixel = windows.pixel(sample, row, column)
                                let (x, dx) = (image + pixel, result + pixel)
                                for c in 0..<channels {
                                    let share = x[c] == largest[c] ? left[c] : 0
                                    dx[c] += share
                                    left[c] = x[c] == largest[c] ? 0 : left[c]
                                }
                            }
                        }
                    }
                }
            }
        )
    }
}
