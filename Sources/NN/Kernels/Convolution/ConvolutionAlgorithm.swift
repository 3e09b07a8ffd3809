/// One way to compute a convolution of given shapes, in its three directions.
protocol ConvolutionAlgorithm {
    /// The convolution: image and kernel in, and the bias where the epilogue adds one; result out.
    func forward(_ epilogue: Epilogue) throws(KernelError) -> Kernel
    /// The cotangent of the image: the result's cotangent and the kernel in.
    func imageGradient() throws(KernelError) -> Kernel
    /// The cotangent of the kernel: the image and the result's cotangent in.
    func kernelGradient() throws(KernelError) -> Kernel
}

/// The way that is fastest for images `[N, H, W, C]`, a kernel `[kh, kw, C, F]` and results `[N, H′, W′, F]`.
///
/// The choice depends on the shapes and the processor alone, so a model's numbers don't change from run to run.
///
/// With operands in bfloat16 only Winograd's method is another.
func fastestConvolution(
    image: Shape,
    kernel: Shape,
    result: Shape,
    window: Window2D,
    _ precision: ProductPrecision
) -> any ConvolutionAlgorithm {
    if let patches = PatchConvolution(image: image, kernel: kernel, result: result, window: window) { return patches }
    if let tiles = WinogradConvolution(image: image, kernel: kernel, result: result, window: window, precision) {
        return tiles
    }
    return DirectConvolution(image: image, kernel: kernel, result: result, window: window)
}
