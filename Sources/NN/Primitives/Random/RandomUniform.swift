/// Random numbers in [0, 1), each a pure function of a key, a stream and its own place.
///
/// The generator is Philox 4×32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): a counter is
/// encrypted under the key, so there is no state to carry, the same key gives the same numbers on any number of
/// threads, and the backward pass may draw them again. The key is a `[4]` operand of integers in `0..<65536`, the four
/// quarters of 64 bits, low first.
public struct RandomUniform: SingleResultPrimitive {
    /// The extents of the result.
    public let shape: Shape
    /// Which of several uses of one key this is.
    public let stream: Int
    /// The name in messages.
    public var name: String { "randomUniform" }

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

    /// One vectorised loop over the counters.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let (count, stream) = (shape.volume, UInt32(truncatingIfNeeded: stream))
        return .kernel(
            Kernel { buffers in
                let (key, result) = (buffers.operands[0], buffers.results[0])
                return {
                    let low = UInt32(key[0]) | UInt32(key[1]) << 16
                    let high = UInt32(key[2]) | UInt32(key[3]) << 16
                    VectorLoops.philoxUniform(result, count, stream, SIMD2(low, high))
                }
            }
        )
    }
}

extension Graph {
    /// Random numbers in [0, 1) from a `[4]` key; `stream` tells several uses of one key apart.
    public mutating func randomUniform(_ key: Value, shape: Shape, stream: Int) throws(ShapeError) -> Value {
        try append(RandomUniform(shape: shape, stream: stream), key)
    }
}
