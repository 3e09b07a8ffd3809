/// The convolution of images with a kernel: `[N, H, W, C] * [kh, kw, C, F] → [N, H′, W′, F]`.
///
/// As everywhere in this field it is the cross-correlation: `y[n,i,j,f] = Σ x[n, i·s + u - top, j·s + v - left, c] ·
/// k[u,v,c,f]`; under a dilated window u and v are multiplied by its distances. A kernel with fewer channels than the
/// image, C/G, convolves each of G groups of C/G channels with its own F/G filters. N batch, H rows, W columns, C channels, F filters, kh × kw the kernel's window.
public struct Convolution2D: SingleResultPrimitive, EpilogueTaking, BFloat16Taking {
    /// The kernel's window with its steps and the zeros around the image.
    public let window: Window2D
    /// The name in messages.
    public var name: String { "convolve2D" }

    package init(window: Window2D) {
        self.window = window
    }

    /// `[N, H′, W′, F]` where the kernel fits the image and has its channels.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let (image, kernel) = (operands[0], operands[1])
        let (rows, columns) = try window.places(on: image, name)
        guard kernel.rank == 4, kernel[0] == window.height, kernel[1] == window.width, kernel[2] > 0,
            image[3] % kernel[2] == 0, kernel[3] % (image[3] / kernel[2]) == 0
        else {
            throw ShapeError(
                name,
                "a kernel \(kernel) on an image \(image): needs [\(window.height), \(window.width), \(image[3]), filters]"
            )
        }
        return [image[0], rows, columns, kernel[3]]
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
        if let kernel = tangents[1] { terms.append(try graph.append(self, operands[0], kernel)) }
        return try graph.sum(of: terms)
    }

    /// Reverse mode: the two gradients, which are linear operations of their own.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let image = Convolution2DImageGradient(window: window, image: graph.shape(of: operands[0]))
        let kernel = Convolution2DKernelGradient(window: window, kernel: graph.shape(of: operands[1]))
        return [
            try graph.append(image, cotangent, operands[1]),
            try graph.append(kernel, operands[0], cotangent),
        ]
    }

    /// The fastest convolution for these shapes.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(try algorithm(for: signature, .float32).forward(Epilogue()))
    }

    /// The same, with operands of Winograd's products in bfloat16.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel? {
        try algorithm(for: signature, .mixedBFloat16).forward(Epilogue())
    }

    func kernel(
        with epilogue: Epilogue,
        for signature: Signature,
        _ precision: ProductPrecision
    ) throws(KernelError) -> Kernel? {
        try algorithm(for: signature, precision).forward(epilogue)
    }

    private func algorithm(for signature: Signature, _ precision: ProductPrecision) -> any ConvolutionAlgorithm {
        fastestConvolution(
            image: signature.operands[0],
            kernel: signature.operands[1],
            result: signature.results[0],
            window: window,
            precision
        )
    }
}

extension Graph {
    /// The convolution of images `[N, H, W, C]` with a kernel `[kh, kw, C, F]`.
    public mutating func convolve2D(
        _ x: Value,
        _ kernel: Value,
        strides: (Int, Int) = (1, 1),
        padding: Padding2D = Padding2D(),
        dilation: (Int, Int) = (1, 1)
    ) throws(ShapeError) -> Value {
        let shape = shape(of: kernel)
        guard shape.rank == 4 else {
            throw ShapeError("convolve2D", "the kernel is \(shape), it must be [height, width, channels, filters]")
        }
        let window = Window2D((shape[0], shape[1]), strides: strides, padding: padding, dilation: dilation)
        return try append(Convolution2D(window: window), x, kernel)
    }
}
