/// Elementary functions over arrays; the result may be the same memory as the operand.
public enum ElementaryLoops {
    /// `eˣ` of each number.
    @Sendable
    public static func exp(
        _ result: UnsafeMutablePointer<Float>,
        _ x: UnsafePointer<Float>,
        _ unused: UnsafePointer<Float>,
        _ count: Int
    ) {
        for i in 0..<count { result[i] = VectorMath.exp(x[i]) }
    }

    /// The natural logarithm of each number.
    @Sendable
    public static func log(
        _ result: UnsafeMutablePointer<Float>,
        _ x: UnsafePointer<Float>,
        _ unused: UnsafePointer<Float>,
        _ count: Int
    ) {
        for i in 0..<count { result[i] = VectorMath.log(x[i]) }
    }

    /// The hyperbolic tangent of each number.
    @Sendable
    public static func tanh(
        _ result: UnsafeMutablePointer<Float>,
        _ x: UnsafePointer<Float>,
        _ unused: UnsafePointer<Float>,
        _ count: Int
    ) {
        for i in 0..<count { result[i] = VectorMath.tanh(x[i]) }
    }

    /// The logistic function of each number.
    @Sendable
    public static func sigmoid(
        _ result: UnsafeMutablePointer<Float>,
        _ x: UnsafePointer<Float>,
        _ unused: UnsafePointer<Float>,
        _ count: Int
    ) {
        for i in 0..<count { result[i] = VectorMath.sigmoid(x[i]) }
    }
}
