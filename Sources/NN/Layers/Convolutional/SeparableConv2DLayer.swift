import JSON

/// Keras's `SeparableConv2D`: windows over each channel by itself, then a mixture of the channels of each pixel.
///
/// `[H, W, C] → [H′, W′, filters]` with a depthwise_kernel `[height, width, C, depth_multiplier]` and a pointwise_kernel
/// `[1, 1, C·depth_multiplier, filters]`. Source: Chollet 2017, arXiv:1610.02357.
struct SeparableConv2DLayer: SingleInputLayer {
    static let names = ["SeparableConv2D", "SeparableConvolution2D"]

    private let filters: Int
    private let window: WindowArguments
    private let multiplier: Int
    let activation: ActivationKind
    private let useBias: Bool
    private let depthwise: WeightRules
    private let pointwise: WeightRules
    private let bias: WeightRules

    init(reading arguments: inout ObjectReader) {
        filters = arguments.count("filters")
        window = arguments.convolutionWindow(2, paddings: ["valid", "same"])
        multiplier = arguments.int("depth_multiplier", in: 1...ObjectReader.greatestArgument, default: 1)
        activation = arguments.activation("activation")
        useBias = arguments.bool("use_bias", default: true)
        depthwise = arguments.weight("depthwise", default: .glorotUniform)
        pointwise = arguments.weight("pointwise", default: .glorotUniform)
        bias = arguments.weight("bias", default: .zeros)
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        json.field("filters", filters)
        json.convolutionWindow(window)
        json.field("depth_multiplier", multiplier)
        json.field("activation", activation)
        json.field("use_bias", useBias)
        json.weight("depthwise", depthwise)
        json.weight("pointwise", pointwise)
        json.weight("bias", bias)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        Shape(try window.extents(over: input, argument: "kernel_size") + [filters])
    }

    func parameters(for input: Shape) -> [Parameter] {
        let kernels = [
            Parameter("depthwise_kernel", Shape(window.size + [input[2], multiplier]), depthwise),
            Parameter("pointwise_kernel", [1, 1, input[2] * multiplier, filters], pointwise),
        ]
        return useBias ? kernels + [Parameter("bias", [filters], bias)] : kernels
    }

    func operations(input: Shape, output: Shape) -> Int {
        let places = output.volume / max(filters, 1)
        let mixture = output.volume * (2 * input[2] * multiplier + (useBias ? 1 : 0) + activation.operations)
        return places * input[2] * multiplier * 2 * window.volume + mixture
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let channels = try pass.graph.convolveDepthwise(input, parameters[0], window)
        var result = try pass.graph.convolve2D(channels, parameters[1])
        if useBias { result = try pass.addBias(parameters[2], to: result) }
        return try pass.activate(result, activation)
    }
}
