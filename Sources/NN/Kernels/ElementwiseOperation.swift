/// A function of one or two numbers, applied to blocks of them.
///
/// The plan runs chains of such operations block by block, so that a block stays in the first-level cache from the
/// first operation of the chain to the last.
public struct ElementwiseOperation: Sendable {
    /// How many operands it takes, 1 or 2.
    public let arity: Int
    /// Applies the function to a block: result, first operand, second operand, count.
    ///
    /// Where there is one operand it is passed twice. The result may be the same memory as an operand.
    public let apply: @Sendable (UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Void
}
