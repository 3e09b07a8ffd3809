/// The numbers of the last operand, of the image's shape, at the places where max pooling found the largest.
///
/// Operands: the image, its pooled result, the tangent. Linear in the tangent; the adjoint of `MaxPool2DScatter`.
public struct MaxPool2DGather: SingleResultPrimitive {
    /// The window, its steps and the zeros around the image.
    public let window: Window2D
    /// The name in messages.
    public var name: String { "maxPool2DGather" }

    package init(window: Window2D) {
        self.window = window
    }

    /// The pooled shape where the tangent has the image's.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let pooled = try MaxPool2D(window: window).shape(of: [operands[0]])
        guard operands[1] == pooled, operands[2] == operands[0] else {
            throw ShapeError(name, "\(operands[1]) must be \(pooled) and \(operands[2]) must be \(operands[0])")
        }
        return pooled
    }

    /// Forward mode: linear in the tangent.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[2] else { return nil }
        return try graph.append(self, operands[0], operands[1], tangent)
    }

    /// Reverse mode: each cotangent back to its place.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [nil, nil, try graph.append(MaxPool2DScatter(window: window), operands[0], operands[1], cotangent)]
    }

    /// One loop over the places; the first pixel that equals the largest gives the number.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let windows = PoolingWindows(image: signature.operands[0], result: signature.results[0], window: window)
        return .kernel(
            Kernel { buffers in
                let (image, pooled, tangent) = (buffers.operands[0], buffers.operands[1], buffers.operands[2])
                let result = buffers.results[0]
                return {
                    let channels = windows.channels
                    windows.forEachPlace { place, sample, rows, columns in
                        for c in 0..<channels {
                            result[place + c] = 0
                            search: for row in rows {
                                for column in columns {
                                    let pixel = windows.pixel(sample, row, column) + c
                                    guard image[pixel] == pooled[place + c] else { continue }
                                    result[place + c] = tangent[pixel]
                                    break search
                                }
                            }
                        }
                    }
                }
            }
        )
    }
}
