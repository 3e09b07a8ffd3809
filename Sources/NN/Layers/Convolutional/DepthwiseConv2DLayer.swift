import JSON

/// Keras's `DepthwiseConv2D`: learned windows over each channel by itself, `[H, W, C] → [H′, W′, C·depth_multiplier]`.
///
/// The kernel is `[height, width, C, depth_multiplier]`. Source: keras.io/api/layers/convolution_layers.
struct DepthwiseConv2DLayer: SingleInputLayer {
    static let names = ["DepthwiseConv2D"]

    private let window: WindowArguments
    private let multiplier: Int
    let activation: ActivationKind
    private let useBias: Bool
    private let depthwise: WeightRules
    private let bias: WeightRules

    init(reading arguments: inout ObjectReader) {
        window = arguments.convolutionWindow(2, paddings: ["valid", "same"])
        multiplier = arguments.int("depth_multiplier", in: 1...ObjectReader.greatestArgument, default: 1)
        activation = arguments.activation("activation")
        useBias = arguments.bool("use_bias", default: true)
        depthwise = arguments.weight("depthwise", default: .glorotUniform)
        bias = arguments.weight("bias", default: .zeros)
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        json.convolutionWindow(window)
        json.field("depth_multiplier", multiplier)
        json.field("activation", activation)
        json.field("use_bias", useBias)
        json.weight("depthwise", depthwise)
        json.weight("bias", bias)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        Shape(try window.extents(over: input, argument: "kernel_size") + [input[2] * multiplier])
    }

    func parameters(for input: Shape) -> [Parameter] {
        let kernel = Parameter("kernel", Shape(window.size + [input[2], multiplier]), depthwise)
        return useBias ? [kernel, Parameter("bias", [input[2] * multiplier], bias)] : [kernel]
    }

    func operations(input: Shape, output: Shape) -> Int {
        output.volume * (2 * window.volume + (useBias ? 1 : 0) + activation.operations)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        var result = try pass.graph.convolveDepthwise(input, parameters[0], window)
        if useBias { result = try pass.addBias(parameters[1], to: result) }
        return try pass.activate(result, activation)
    }
}
