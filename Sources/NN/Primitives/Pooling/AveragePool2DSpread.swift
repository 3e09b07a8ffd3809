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

    /// One loop over the places, vectorised over the channels.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let windows = PoolingWindows(image: image, result: signature.operands[0], window: window)
        return .kernel(
            Kernel { buffers in
                let (cotangent, result) = (buffers.operands[0], buffers.results[0])
                return {
                    let channels = windows.channels
                    result.update(repeating: 0, count: windows.imageCount)
                    windows.forEachPlace { place, sample, rows, columns in
                        let dy = cotangent + place
                        let share = 1 / Float(max(rows.count * columns.count, 1))
                        for row in rows {
                            for column in columns {
                                let dx = result + windows.pixel(sample, row, column)
                                for c in 0..<channels { dx[c] += dy[c] * share }
                            }
                        }
                    }
                }
            }
        )
    }
}
