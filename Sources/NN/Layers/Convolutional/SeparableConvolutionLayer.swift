import JSON

/// A layer of windows over each channel by itself, then a mixture of the channels of each place: `[…, C] → […′, filters]`.
///
/// The depthwise_kernel is the window, then `[C, depth_multiplier]`; the pointwise_kernel has ones for the window, then
/// `[C·depth_multiplier, filters]`. Source: Chollet 2017, arXiv:1610.02357.
protocol SeparableConvolutionLayer: SingleInputLayer {
    /// How many axes the window slides over.
    static var rank: Int { get }

    /// What Keras's separable convolutions share.
    var arguments: SeparableConvolutionArguments { get }

    /// The layer with these arguments.
    init(_ arguments: SeparableConvolutionArguments)
}

/// The arguments of Keras's separable convolutions.
struct SeparableConvolutionArguments: Sendable, Equatable {
    let filters: Int
    let window: WindowArguments
    let multiplier: Int
    let activation: ActivationKind
    let useBias: Bool
    let depthwise: WeightRules
    let pointwise: WeightRules
    let bias: WeightRules
}

extension SeparableConvolutionLayer {
    var activation: ActivationKind { arguments.activation }

    init(reading reader: inout ObjectReader) {
        self.init(
            SeparableConvolutionArguments(
                filters: reader.count("filters"),
                window: reader.convolutionWindow(Self.rank, paddings: ["valid", "same"]),
                multiplier: reader.int("depth_multiplier", in: 1...ObjectReader.greatestArgument, default: 1),
                activation: reader.activation("activation"),
                useBias: reader.bool("use_bias", default: true),
                depthwise: reader.weight("depthwise", default: .glorotUniform),
                pointwise: reader.weight("pointwise", default: .glorotUniform),
                bias: reader.weight("bias", default: .zeros)
            )
        )
        reader.channelsLast()
        reader.onlyOneGroup()
        // Keras 2 writes them of every convolution and heeds none of them here.
        reader.accept("kernel_initializer")
        reader.only(nil, for: "kernel_regularizer")
        reader.only(nil, for: "kernel_constraint")
    }

    func write(to json: inout JSONWriter) {
        json.field("filters", arguments.filters)
        json.convolutionWindow(arguments.window)
        json.field("depth_multiplier", arguments.multiplier)
        json.field("activation", activation)
        json.field("use_bias", arguments.useBias)
        json.weight("depthwise", arguments.depthwise)
        json.weight("pointwise", arguments.pointwise)
        json.weight("bias", arguments.bias)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        Shape(try arguments.window.extents(over: input, argument: "kernel_size") + [arguments.filters])
    }

    func parameters(for input: Shape) -> [Parameter] {
        let (window, width) = (arguments.window, input.last * arguments.multiplier)
        let ones = Array(repeating: 1, count: window.rank)
        let depthwise = Shape(window.size + [input.last, arguments.multiplier])
        let kernels = [
            Parameter("depthwise_kernel", depthwise, arguments.depthwise),
            Parameter("pointwise_kernel", Shape(ones + [width, arguments.filters]), arguments.pointwise),
        ]
        return arguments.useBias ? kernels + [Parameter("bias", [arguments.filters], arguments.bias)] : kernels
    }

    func operations(input: Shape, output: Shape) -> Int {
        let places = output.volume / max(arguments.filters, 1)
        let width = input.last * arguments.multiplier
        let mixture = output.volume * (2 * width + (arguments.useBias ? 1 : 0) + activation.operations)
        return places * width * 2 * arguments.window.volume + mixture
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let channels = try pass.graph.convolveDepthwise(input, parameters[0], arguments.window)
        let ones = Array(repeating: 1, count: Self.rank)
        var result = try pass.graph.convolve(
            channels,
            parameters[1],
            WindowArguments(size: ones, strides: ones, padding: .valid)
        )
        if arguments.useBias { result = try pass.addBias(parameters[2], to: result) }
        return try pass.activate(result, activation)
    }
}

/// Keras's `SeparableConv1D`: a separable convolution of a sequence, `[T, C] → [T′, filters]`.
struct SeparableConv1DLayer: SeparableConvolutionLayer {
    static let names = ["SeparableConv1D", "SeparableConvolution1D"]
    static let rank = 1

    let arguments: SeparableConvolutionArguments

    init(_ arguments: SeparableConvolutionArguments) { self.arguments = arguments }
}

/// Keras's `SeparableConv2D`: a separable convolution of an image, `[H, W, C] → [H′, W′, filters]`.
struct SeparableConv2DLayer: SeparableConvolutionLayer {
    static let names = ["SeparableConv2D", "SeparableConvolution2D"]
    static let rank = 2

    let arguments: SeparableConvolutionArguments

    init(_ arguments: SeparableConvolutionArguments) { self.arguments = arguments }
}
