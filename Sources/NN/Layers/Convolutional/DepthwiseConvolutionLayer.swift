import JSON

/// A layer of learned windows over each channel by itself: `[…, C] → […′, C·depth_multiplier]`.
///
/// The kernel is the window, then `[C, depth_multiplier]`. Source: keras.io/api/layers/convolution_layers.
protocol DepthwiseConvolutionLayer: SingleInputLayer {
    /// How many axes the window slides over.
    static var rank: Int { get }

    /// What Keras's depthwise convolutions share.
    var arguments: DepthwiseConvolutionArguments { get }

    /// The layer with these arguments.
    init(_ arguments: DepthwiseConvolutionArguments)
}

/// The arguments of Keras's depthwise convolutions.
struct DepthwiseConvolutionArguments: Sendable, Equatable {
    let window: WindowArguments
    let multiplier: Int
    let activation: ActivationKind
    let useBias: Bool
    let depthwise: WeightRules
    let bias: WeightRules
}

extension DepthwiseConvolutionLayer {
    var activation: ActivationKind { arguments.activation }

    init(reading reader: inout ObjectReader) {
        self.init(
            DepthwiseConvolutionArguments(
                window: reader.convolutionWindow(Self.rank, paddings: ["valid", "same"]),
                multiplier: reader.int("depth_multiplier", in: 1...ObjectReader.greatestArgument, default: 1),
                activation: reader.activation("activation"),
                useBias: reader.bool("use_bias", default: true),
                depthwise: reader.weight("depthwise", default: .glorotUniform),
                bias: reader.weight("bias", default: .zeros)
            )
        )
        reader.channelsLast()
        reader.onlyOneGroup()
    }

    func write(to json: inout JSONWriter) {
        json.convolutionWindow(arguments.window)
        json.field("depth_multiplier", arguments.multiplier)
        json.field("activation", activation)
        json.field("use_bias", arguments.useBias)
        json.weight("depthwise", arguments.depthwise)
        json.weight("bias", arguments.bias)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        let extents = try arguments.window.extents(over: input, argument: "kernel_size")
        return Shape(extents + [input.last * arguments.multiplier])
    }

    func parameters(for input: Shape) -> [Parameter] {
        let shape = Shape(arguments.window.size + [input.last, arguments.multiplier])
        let kernel = Parameter("kernel", shape, arguments.depthwise)
        let width = input.last * arguments.multiplier
        return arguments.useBias ? [kernel, Parameter("bias", [width], arguments.bias)] : [kernel]
    }

    func operations(input: Shape, output: Shape) -> Int {
        output.volume * (2 * arguments.window.volume + (arguments.useBias ? 1 : 0) + activation.operations)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        var result = try pass.graph.convolveDepthwise(input, parameters[0], arguments.window)
        if arguments.useBias { result = try pass.addBias(parameters[1], to: result) }
        return try pass.activate(result, activation)
    }
}

/// Keras's `DepthwiseConv1D`: learned windows over each channel of a sequence, `[T, C] → [T′, C·depth_multiplier]`.
struct DepthwiseConv1DLayer: DepthwiseConvolutionLayer {
    static let names = ["DepthwiseConv1D"]
    static let rank = 1

    let arguments: DepthwiseConvolutionArguments

    init(_ arguments: DepthwiseConvolutionArguments) { self.arguments = arguments }
}

/// Keras's `DepthwiseConv2D`: learned windows over each channel of an image, `[H, W, C] → [H′, W′, C·depth_multiplier]`.
struct DepthwiseConv2DLayer: DepthwiseConvolutionLayer {
    static let names = ["DepthwiseConv2D"]
    static let rank = 2

    let arguments: DepthwiseConvolutionArguments

    init(_ arguments: DepthwiseConvolutionArguments) { self.arguments = arguments }
}
