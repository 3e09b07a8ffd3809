import JSON

/// Keras's `Conv2D`: learned windows that slide over an image, `[H, W, C] → [H′, W′, filters]`.
///
/// `yᵢⱼ = activation(Σ x[i·s + u, j·s + v] · kernel[u, v] + bias)`, sums over the window and the channels; the kernel is
/// `[height, width, C, filters]`. Source: keras.io/api/layers/convolution_layers/convolution2d.
struct Conv2DLayer: SingleInputLayer {
    static let names = ["Conv2D", "Convolution2D"]

    private let filters: Int
    private let window: WindowArguments2D
    let activation: ActivationKind
    private let useBias: Bool
    private let kernel: WeightRules
    private let bias: WeightRules

    init(reading arguments: inout ObjectReader) {
        filters = arguments.count("filters")
        window = WindowArguments2D(
            size: arguments.pair("kernel_size"),
            strides: arguments.pair("strides", default: Pair(first: 1, second: 1)),
            padding: arguments.choice("padding", default: .valid)
        )
        activation = arguments.activation("activation")
        useBias = arguments.bool("use_bias", default: true)
        kernel = arguments.weight("kernel", default: .glorotUniform)
        bias = arguments.weight("bias", default: .zeros)
        arguments.only(.number(1), for: "dilation_rate")
        arguments.only(.number(1), for: "groups")
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        json.field("filters", filters)
        json.field("kernel_size", window.size)
        json.field("strides", window.strides)
        json.field("padding", window.padding.rawValue)
        json.field("activation", activation)
        json.field("use_bias", useBias)
        json.weight("kernel", kernel)
        json.weight("bias", bias)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        let (height, width) = try window.extents(over: input, argument: "kernel_size")
        return [height, width, filters]
    }

    func parameters(for input: Shape) -> [Parameter] {
        let kernel = Parameter("kernel", [window.size.first, window.size.second, input[2], filters], kernel)
        return useBias ? [kernel, Parameter("bias", [filters], bias)] : [kernel]
    }

    func operations(input: Shape, output: Shape) -> Int {
        output.volume * (2 * window.size.product * input[2] + (useBias ? 1 : 0) + activation.operations)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        var result = try pass.graph.convolve2D(
            input,
            parameters[0],
            strides: (window.strides.first, window.strides.second),
            padding: window.zeros(around: pass.graph.shape(of: input))
        )
        if useBias { result = try pass.addBias(parameters[1], to: result) }
        return try pass.activate(result, activation)
    }
}
