import JSON

/// A layer of learned windows that slide over one, two or three axes: `[…, C] → […′, filters]`.
///
/// `yᵢ = activation(Σ x[i·s + u·d] · kernel[u] + bias)`, sums over the window and the channels; s strides, d dilation. The
/// kernel is the window, then `[C / groups, filters]`. Source: keras.io/api/layers/convolution_layers.
protocol ConvolutionLayer: SingleInputLayer {
    /// How many axes the window slides over.
    static var rank: Int { get }
    /// The paddings that the layer takes.
    static var paddings: [String] { get }

    /// What Keras's convolutions share.
    var arguments: ConvolutionArguments { get }

    /// The layer with these arguments.
    init(_ arguments: ConvolutionArguments)
}

/// The arguments of Keras's convolutions.
struct ConvolutionArguments: Sendable, Equatable {
    let filters: Int
    let window: WindowArguments
    let groups: Int
    let activation: ActivationKind
    let useBias: Bool
    let kernel: WeightRules
    let bias: WeightRules
}

extension ConvolutionLayer {
    static var paddings: [String] { ["valid", "same"] }

    var activation: ActivationKind { arguments.activation }

    init(reading reader: inout ObjectReader) {
        let filters = reader.count("filters")
        let window = reader.convolutionWindow(Self.rank, paddings: Self.paddings)
        let groups = reader.int("groups", in: 1...ObjectReader.greatestArgument, default: 1)
        if filters % groups != 0 {
            reader.fault(at: "groups", "expected a divisor of filters, \(filters), found \(groups)")
        }
        self.init(
            ConvolutionArguments(
                filters: filters,
                window: window,
                groups: groups,
                activation: reader.activation("activation"),
                useBias: reader.bool("use_bias", default: true),
                kernel: reader.weight("kernel", default: .glorotUniform),
                bias: reader.weight("bias", default: .zeros)
            )
        )
        reader.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        json.field("filters", arguments.filters)
        json.convolutionWindow(arguments.window)
        json.field("groups", arguments.groups)
        json.field("activation", activation)
        json.field("use_bias", arguments.useBias)
        json.weight("kernel", arguments.kernel)
        json.weight("bias", arguments.bias)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        let extents = try arguments.window.extents(over: input, argument: "kernel_size")
        guard input.last % arguments.groups == 0 else {
            throw ShapeRequirement("channels that its \(arguments.groups) groups divide")
        }
        return Shape(extents + [arguments.filters])
    }

    func parameters(for input: Shape) -> [Parameter] {
        let shape = Shape(arguments.window.size + [input.last / arguments.groups, arguments.filters])
        let kernel = Parameter("kernel", shape, arguments.kernel)
        return arguments.useBias ? [kernel, Parameter("bias", [arguments.filters], arguments.bias)] : [kernel]
    }

    func operations(input: Shape, output: Shape) -> Int {
        let products = 2 * arguments.window.volume * input.last / arguments.groups
        return output.volume * (products + (arguments.useBias ? 1 : 0) + activation.operations)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        var result = try pass.graph.convolve(input, parameters[0], arguments.window, groups: arguments.groups)
        if arguments.useBias { result = try pass.addBias(parameters[1], to: result) }
        return try pass.activate(result, activation)
    }
}

extension ObjectReader {
    /// The window of a convolution: `kernel_size`, `strides`, `padding` and `dilation_rate`.
    mutating func convolutionWindow(_ rank: Int, paddings: [String]) -> WindowArguments {
        let ones = Array(repeating: 1, count: rank)
        let allowed = 1...Self.greatestArgument
        let size = tuple("kernel_size", of: rank, in: allowed)
        let strides = strides(rank, default: ones)
        let padding = choice("padding", among: paddings, default: PaddingRule.valid.rawValue)
        let dilation = optionalTuple("dilation_rate", of: rank, in: allowed) ?? ones
        if strides != ones, dilation != ones {
            fault(at: "dilation_rate", "expected 1 where strides are \(strides), found \(dilation)")
        }
        return WindowArguments(
            size: size,
            strides: strides,
            dilation: dilation,
            padding: PaddingRule(rawValue: padding) ?? .valid
        )
    }
}

extension JSONWriter {
    /// Writes the window of a convolution.
    mutating func convolutionWindow(_ window: WindowArguments) {
        field("kernel_size", window.size)
        field("strides", window.strides)
        field("padding", window.padding.rawValue)
        field("dilation_rate", window.dilation)
    }
}
