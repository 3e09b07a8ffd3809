/// What a product does to its results while they are still in registers.
struct Epilogue: Sendable, Hashable {
    /// Whether a vector, given as one more operand, is added to each row of channels.
    var addsBias = false
    /// Whether what is negative then becomes zero.
    var rectifies = false
}

/// A primitive whose kernel can add a bias and rectify by itself, which saves a pass over the result.
protocol EpilogueTaking: Primitive {
    /// The kernel with an epilogue; the bias is the last operand. Nil where the primitive's parameters rule it out.
    ///
    /// - Parameters:
    ///   - epilogue: What is done to the results.
    ///   - signature: The operands, without the bias, and the result.
    ///   - precision: What products round their operands to.
    /// - Returns: A kernel that reads the operands and the bias.
    /// - Throws: `KernelError` where it can't be made for these shapes.
    func kernel(
        with epilogue: Epilogue,
        for signature: Signature,
        _ precision: ProductPrecision
    ) throws(KernelError) -> Kernel?
}
