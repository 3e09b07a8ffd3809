/// Elementary functions over arrays: result, operand, a pointer that isn't used, count.
///
/// The result may be the same memory as the operand. That case has a loop of its own: with two pointers the compiler
/// checks for overlap at run time and would take its scalar loop.
public enum ElementaryLoops {
    /// `eˣ` of each number.
    @Sendable
    public static func exp(
        _ result: UnsafeMutablePointer<Float>,
        _ x: UnsafePointer<Float>,
        _ unused: UnsafePointer<Float>,
        _ count: Int
    ) {
        if UnsafePointer(result) == x {
            for i in 0..<count { result[i] = VectorMath.exp(result[i]) }
        } else {
            for i in 0..<count { result[i] = VectorMath.exp(x[i]) }
        }
    }

    /// The natural logarithm of each number.
    @Sendable
    public static func log(
        _ result: UnsafeMutablePointer<Float>,
        _ x: UnsafePointer<Float>,
        _ unused: UnsafePointer<Float>,
        _ count: Int
    ) {
        if UnsafePointer(result) == x {
            for i in 0..<count { result[i] = VectorMath.log(result[i]) }
        } else {
            for i in 0..<count { result[i] = VectorMath.log(x[i]) }
        }
    }

    /// The hyperbolic tangent of each number.
    @Sendable
    public static func tanh(
        _ result: UnsafeMutablePointer<Float>,
        _ x: UnsafePointer<Float>,
        _ unused: UnsafePointer<Float>,
        _ count: Int
    ) {
        if UnsafePointer(result) == x {
            for i in 0..<count { result[i] = VectorMath.tanh(result[i]) }
        } else {
            for i in 0..<count { result[i] = VectorMath.tanh(x[i]) }
        }
    }

    /// The logistic function of each number.
    @Sendable
    public static func sigmoid(
        _ result: UnsafeMutablePointer<Float>,
        _ x: UnsafePointer<Float>,
        _ unused: UnsafePointer<Float>,
        _ count: Int
    ) {
        if UnsafePointer(result) == x {
            for i in 0..<count { result[i] = VectorMath.sigmoid(result[i]) }
        } else {
            for i in 0..<count { result[i] = VectorMath.sigmoid(x[i]) }
        }
    }
}
