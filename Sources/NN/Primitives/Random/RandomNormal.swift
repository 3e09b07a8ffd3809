import Foundation

/// Random numbers of the normal distribution with mean 0 and deviation 1, made of `RandomUniform`'s.
///
/// Each is `√(−2 ln(1 − u)) · cos(2πv)` of two uniform numbers (Box and Muller 1958), so it too is a pure function of
/// key, stream and place.
public struct RandomNormal: SingleResultPrimitive {
    /// The extents of the result.
    public let shape: Shape
    /// Which of several uses of one key this is.
    public let stream: Int
    /// The name in messages.
    public var name: String { "randomNormal" }

    package init(shape: Shape, stream: Int) {
        self.shape = shape
        self.stream = stream
    }

    /// The extents of the result, where the key has four numbers.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard operands[0] == [4] else { throw ShapeError(name, "the key is \(operands[0]), it must be [4]") }
        return shape
    }

    /// Forward mode: random numbers don't vary with their key.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? { nil }

    /// Reverse mode: nothing flows to the key.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] { [nil] }

    /// Twice as many uniform numbers, then one loop.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let (count, stream) = (shape.volume, UInt32(truncatingIfNeeded: stream))
        return .kernel(
            Kernel(scratchBytes: 2 * count * MemoryLayout<Float>.stride) { buffers in
                let (key, result) = (buffers.operands[0], buffers.results[0])
                let uniform = buffers.scratch.assumingMemoryBound(to: Float.self)
                return {
                    let low = UInt32(key[0]) | UInt32(key[1]) << 16
                    let high = UInt32(key[2]) | UInt32(key[3]) << 16
                    VectorLoops.philoxUniform(uniform, 2 * count, stream, SIMD2(low, high))
                    for index in 0..<count {
                        let radius = (-2 * log(1 - uniform[index])).squareRoot()
                        result[index] = radius * cos(2 * Float.pi * uniform[count + index])
                    }
                }
            }
        )
    }
}

extension Graph {
    /// Normal random numbers from a `[4]` key; `stream` tells several uses of one key apart.
    public mutating func randomNormal(_ key: Value, shape: Shape, stream: Int) throws(ShapeError) -> Value {
        try append(RandomNormal(shape: shape, stream: stream), key)
    }
}
