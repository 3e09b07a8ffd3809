/// Keras's `Conv2D`: learned windows over an image, `[H, W, C] → [H′, W′, filters]`.
struct Conv2DLayer: ConvolutionLayer {
    static let names = ["Conv2D", "Convolution2D"]
    static let rank = 2

    let arguments: ConvolutionArguments

    init(_ arguments: ConvolutionArguments) { self.arguments = arguments }
}
