/// The cotangent of a convolution's kernel: `[N, H, W, C], [N, H′, W′, F] → [kh, kw, C, F]`.
///
/// Linear in each operand, so it is differentiated like the convolution itself.
public struct Convolution2DKernelGradient: SingleResultPrimitive, BFloat16Taking {
    /// The kernel's window with its steps and the zeros around the image.
    public let window: Window2D
    /// The shape of the kernel.
    public let kernel: Shape
    /// The name in messages.
    public var name: String { "convolve2DKernelGradient" }

    package init(window: Window2D, kernel: Shape) {
        self.window = window
        self.kernel = kernel
    }

    /// The kernel's shape where the operands are those of its convolution.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let needed = try Convolution2D(window: window).shape(of: [operands[0], kernel])
        guard needed == operands[1] else {
            throw ShapeError(name, "the cotangent is \(operands[1]), the convolution gives \(needed)")
        }
        return kernel
    }

    /// Forward mode: linear in each operand.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        var terms: [Value?] = []
        if let image = tangents[0] { terms.append(try graph.append(self, image, operands[1])) }
        if let cotangent = tangents[1] { terms.append(try graph.append(self, operands[0], cotangent)) }
        return try graph.sum(of: terms)
    }

    /// Reverse mode: the image's gradient and a convolution, with the cotangent as the kernel.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let image = Convolution2DImageGradient(window: window, image: graph.shape(of: operands[0]))
        return [
            try graph.append(image, operands[1], cotangent),
            try graph.append(Convolution2D(window: window), operands[0], cotangent),
        ]
    }

    /// The fastest convolution for these shapes, backward by weights.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(try kernel(for: signature, .float32))
    }

    /// The same, with operands of Winograd's products in bfloat16.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel? {
        try kernel(for: signature, .mixedBFloat16)
    }

    private func kernel(for signature: Signature, _ precision: ProductPrecision) throws(KernelError) -> Kernel {
        try fastestConvolution(
            image: signature.operands[0],
            kernel: kernel,
            result: signature.operands[1],
            window: window,
            precision
        ).kernelGradient()
    }
}
