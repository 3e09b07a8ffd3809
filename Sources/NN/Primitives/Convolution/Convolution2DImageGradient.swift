/// The cotangent of a convolution's image: `[N, H′, W′, F], [kh, kw, C, F] → [N, H, W, C]`.
///
/// Linear in each operand, so it is differentiated like the convolution itself. Also known as transposed convolution.
public struct Convolution2DImageGradient: SingleResultPrimitive, BFloat16Taking {
    /// The kernel's window with its steps and the zeros around the image.
    public let window: Window2D
    /// The shape of the image.
    public let image: Shape
    /// The name in messages.
    public var name: String { "convolve2DImageGradient" }

    package init(window: Window2D, image: Shape) {
        self.window = window
        self.image = image
    }

    /// The image's shape where the operands are those of its convolution.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let needed = try Convolution2D(window: window).shape(of: [image, operands[1]])
        guard needed == operands[0] else {
            throw ShapeError(name, "the cotangent is \(operands[0]), the convolution gives \(needed)")
        }
        return image
    }

    /// Forward mode: linear in each operand.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        var terms: [Value?] = []
        if let cotangent = tangents[0] { terms.append(try graph.append(self, cotangent, operands[1])) }
        if let kernel = tangents[1] { terms.append(try graph.append(self, operands[0], kernel)) }
        return try graph.sum(of: terms)
    }

    /// Reverse mode: a convolution, and the kernel's gradient with the cotangent as the image.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let kernel = Convolution2DKernelGradient(window: window, kernel: graph.shape(of: operands[1]))
        return [
            try graph.append(Convolution2D(window: window), cotangent, operands[1]),
            try graph.append(kernel, cotangent, operands[0]),
        ]
    }

    /// The fastest convolution for these shapes, backward by data.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(try kernel(for: signature, .float32))
    }

    /// The same, with operands of Winograd's products in bfloat16.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel? {
        try kernel(for: signature, .mixedBFloat16)
    }

    private func kernel(for signature: Signature, _ precision: ProductPrecision) throws(KernelError) -> Kernel {
        try fastestConvolution(
            image: image,
            kernel: signature.operands[1],
            result: signature.operands[0],
            window: window,
            precision
        ).imageGradient()
    }
}
