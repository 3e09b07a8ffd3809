import Loops

/// The reverse of average pooling: each number in equal shares to the pixels under its place.
public struct AveragePool2DSpread: SingleResultPrimitive {
    /// The window, its steps and the zeros around the image.
    public let window: Window2D
    /// The shape of the image.
    public let image: Shape
    /// The name in messages.
    public var name: String { "averagePool2DSpread" }

    package init(window: Window2D, image: Shape) {
        self.window = window
        self.image = image
    }

    /// The image's shape where the operand has the pooled shape.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let pooled = try AveragePool2D(window: window).shape(of: [image])
        guard operands[0] == pooled else { throw ShapeError(name, "\(operands[0]) must be \(pooled)") }
        return image
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

    /// Reverse mode: the mean under each place.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [try graph.append(AveragePool2D(window: window), cotangent)]
    }

    /// The shares of a row of places first, then that row added to every row of the image under it.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let windows = PoolingWindows(image: image, result: signature.operands[0], window: window)
        if windows.isTiledBy2 {
            let geometry = AveragePoolLoops.Geometry(windows)
            return .kernel(
                Kernel { buffers in
                    let (cotangents, image) = (buffers.operands[0], buffers.results[0])
                    return { AveragePoolLoops.backward2x2(geometry, cotangents, image) }
                }
            )
        }
        return .kernel(
            Kernel(scratchBytes: windows.rowCount * MemoryLayout<Float>.stride) { buffers in
                let (cotangent, result) = (buffers.operands[0], buffers.results[0])
                let scratch = buffers.scratch.assumingMemoryBound(to: Float.self)
                return {
                    let (channels, rowCount) = (windows.channels, windows.rowCount)
                    result.update(repeating: 0, count: windows.imageCount)
                    var dy = cotangent
                    for sample in 0..<windows.batch {
                        for row in 0..<windows.resultRows {
                            let covered = windows.rowsCovered(row)
                            scratch.update(repeating: 0, count: rowCount)
                            for column in 0..<windows.resultColumns {
                                let range = windows.columnsCovered(column)
                                let share = 1 / Float(max(covered.count * range.count, 1))
                                for place in range {
                                    let spread = scratch + place * channels
                                    for c in 0..<channels { spread[c] += dy[c] * share }
                                }
                                dy += channels
                            }
                            for line in covered {
                                let dx = result + windows.pixel(sample * windows.rows * rowCount, line, 0)
                                for index in 0..<rowCount { dx[index] += scratch[index] }
                            }
                        }
                    }
                }
            }
        )
    }
}
