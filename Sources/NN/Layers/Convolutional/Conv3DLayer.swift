/// Keras's `Conv3D`: learned windows over a volume, `[D, H, W, C] → [D′, H′, W′, filters]`.
struct Conv3DLayer: ConvolutionLayer {
    static let names = ["Conv3D", "Convolution3D"]
    static let rank = 3

    let arguments: ConvolutionArguments

    init(_ arguments: ConvolutionArguments) { self.arguments = arguments }
}
