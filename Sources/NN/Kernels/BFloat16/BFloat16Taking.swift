/// A primitive whose products can take operands rounded to bfloat16.
protocol BFloat16Taking: Primitive {
    /// The kernel whose products round their operands to bfloat16 and add up in float32.
    ///
    /// - Parameter signature: The operands and results.
    /// - Returns: The kernel; nil where the primitive stays in float32.
    /// - Throws: `KernelError` where it can't be made for these shapes.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel?
}
