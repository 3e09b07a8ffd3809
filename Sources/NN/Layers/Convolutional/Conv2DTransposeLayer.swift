import JSON

/// Keras's `Conv2DTranspose`: the gradient of a convolution by its image, as a layer that enlarges.
///
/// `[H, W, C] → [H′, W′, filters]`: with the padding `same` each extent times its stride, with `valid` as much as the
/// windows need. The kernel is `[height, width, filters, C]`. Source: keras.io/api/layers/convolution_layers.
struct Conv2DTransposeLayer: SingleInputLayer {
    static let names = ["Conv2DTranspose", "Convolution2DTranspose"]

    private let filters: Int
    private let window: WindowArguments
    private let outputPadding: [Int]?
    let activation: ActivationKind
    private let useBias: Bool
    private let kernel: WeightRules
    private let bias: WeightRules

    init(reading arguments: inout ObjectReader) {
        filters = arguments.count("filters")
        window = arguments.convolutionWindow(2, paddings: ["valid", "same"])
        outputPadding = arguments.optionalTuple("output_padding", of: 2, in: 0...ObjectReader.greatestArgument)
        if let outputPadding, zip(outputPadding, window.strides).contains(where: { $0 >= $1 }) {
            arguments.fault(
                at: "output_padding",
                "expected less than the strides, \(window.strides), found \(outputPadding)"
            )
        }
        activation = arguments.activation("activation")
        useBias = arguments.bool("use_bias", default: true)
        kernel = arguments.weight("kernel", default: .glorotUniform)
        bias = arguments.weight("bias", default: .zeros)
        arguments.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        json.field("filters", filters)
        json.convolutionWindow(window)
        json.field("output_padding", ifPresent: outputPadding)
        json.field("activation", activation)
        json.field("use_bias", useBias)
        json.weight("kernel", kernel)
        json.weight("bias", bias)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 3 else { throw ShapeRequirement(WindowArguments.axes(2)) }
        let extents = (0..<2).map { extent(of: input[$0], $0) }
        guard extents.allSatisfy({ $0 > 0 }) else {
            throw ShapeRequirement("a height and width that leave something within its padding")
        }
        return Shape(extents + [filters])
    }

    /// The extent of the result along an axis, as Keras computes it.
    private func extent(of input: Int, _ axis: Int) -> Int {
        let (span, stride) = (window.span[axis], window.strides[axis])
        guard let outputPadding else {
            return window.padding == .same ? input * stride : input * stride + max(span - stride, 0)
        }
        let least = (input - 1) * stride + span + outputPadding[axis]
        return window.padding == .same ? least - 2 * (span / 2) : least
    }

    func parameters(for input: Shape) -> [Parameter] {
        let kernel = Parameter("kernel", Shape(window.size + [filters, input[2]]), kernel)
        return useBias ? [kernel, Parameter("bias", [filters], bias)] : [kernel]
    }

    func operations(input: Shape, output: Shape) -> Int {
        input.volume * 2 * window.volume * filters
            + output.volume * ((useBias ? 1 : 0) + activation.operations)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let extents = (0..<2).map { extent(of: shape[$0 + 1], $0) }
        let zeros = (0..<2).map { axis in
            // As many zeros as leave just the input's windows.
            let total = (shape[axis + 1] - 1) * window.strides[axis] + window.span[axis] - extents[axis]
            let before = window.padding == .same ? max(total, 0) / 2 : 0
            return (before: before, after: max(total - before, 0))
        }
        let gradient = Convolution2DImageGradient(
            window: Window2D(
                (window.size[0], window.size[1]),
                strides: (window.strides[0], window.strides[1]),
                padding: Padding2D(zeros[0], zeros[1]),
                dilation: (window.dilation[0], window.dilation[1])
            ),
            image: [shape[0], extents[0], extents[1], filters]
        )
        var result = try pass.graph.append(gradient, input, parameters[0])
        if useBias { result = try pass.addBias(parameters[1], to: result) }
        return try pass.activate(result, activation)
    }
}
