import JSON

/// The gradient of a convolution by its input, as a layer that enlarges: `[…, C] → […′, filters]`.
///
/// With the padding `same` each extent becomes itself times its stride, with `valid` as much as the windows need. The
/// kernel is the window, then `[filters, C]`. Source: keras.io/api/layers/convolution_layers.
protocol TransposedConvolutionLayer: SingleInputLayer {
    /// How many axes the window slides over.
    static var rank: Int { get }

    /// What Keras's transposed convolutions share.
    var arguments: TransposedConvolutionArguments { get }

    /// The layer with these arguments.
    init(_ arguments: TransposedConvolutionArguments)
}

/// The arguments of Keras's transposed convolutions.
struct TransposedConvolutionArguments: Sendable, Equatable {
    let filters: Int
    let window: WindowArguments
    let outputPadding: [Int]?
    let activation: ActivationKind
    let useBias: Bool
    let kernel: WeightRules
    let bias: WeightRules

    /// The extent of the result along an axis, as Keras computes it.
    func extent(of input: Int, _ axis: Int) -> Int {
        let (span, stride) = (window.span[axis], window.strides[axis])
        guard let outputPadding else {
            return window.padding == .same ? input * stride : input * stride + max(span - stride, 0)
        }
        let least = (input - 1) * stride + span + outputPadding[axis]
        return window.padding == .same ? least - 2 * (span / 2) : least
    }

    /// The extents of the result of a batch `[N, …, C]`, and where each window of the convolution begins and ends.
    func result(of batch: Shape) -> (extents: [Int], zeros: [(before: Int, after: Int)]) {
        let extents = (0..<window.rank).map { extent(of: batch[$0 + 1], $0) }
        let zeros = (0..<window.rank).map { axis in
            // As many zeros as leave just the input's windows.
            let total = (batch[axis + 1] - 1) * window.strides[axis] + window.span[axis] - extents[axis]
            let before = window.padding == .same ? max(total, 0) / 2 : 0
            return (before: before, after: max(total - before, 0))
        }
        return (extents, zeros)
    }
}

extension TransposedConvolutionLayer {
    var activation: ActivationKind { arguments.activation }

    init(reading reader: inout ObjectReader) {
        let filters = reader.count("filters")
        let window = reader.convolutionWindow(Self.rank, paddings: ["valid", "same"])
        let padding = reader.optionalTuple("output_padding", of: Self.rank, in: 0...ObjectReader.greatestArgument)
        if let padding, zip(padding, window.strides).contains(where: { $0 >= $1 }) {
            reader.fault(at: "output_padding", "expected less than the strides, \(window.strides), found \(padding)")
        }
        self.init(
            TransposedConvolutionArguments(
                filters: filters,
                window: window,
                outputPadding: padding,
                activation: reader.activation("activation"),
                useBias: reader.bool("use_bias", default: true),
                kernel: reader.weight("kernel", default: .glorotUniform),
                bias: reader.weight("bias", default: .zeros)
            )
        )
        reader.channelsLast()
        reader.onlyOneGroup()
    }

    func write(to json: inout JSONWriter) {
        json.field("filters", arguments.filters)
        json.convolutionWindow(arguments.window)
        json.field("output_padding", ifPresent: arguments.outputPadding)
        json.field("activation", activation)
        json.field("use_bias", arguments.useBias)
        json.weight("kernel", arguments.kernel)
        json.weight("bias", arguments.bias)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == Self.rank + 1 else { throw ShapeRequirement(WindowArguments.axes(Self.rank)) }
        let extents = arguments.result(of: input.batched(1)).extents
        guard extents.allSatisfy({ $0 > 0 }) else {
            let words = ["a number of steps that leaves", "a height and width that leave", "extents that leave"]
            throw ShapeRequirement("\(words[Self.rank - 1]) something within its padding")
        }
        return Shape(extents + [arguments.filters])
    }

    func parameters(for input: Shape) -> [Parameter] {
        let shape = Shape(arguments.window.size + [arguments.filters, input.last])
        let kernel = Parameter("kernel", shape, arguments.kernel)
        return arguments.useBias ? [kernel, Parameter("bias", [arguments.filters], arguments.bias)] : [kernel]
    }

    func operations(input: Shape, output: Shape) -> Int {
        input.volume * 2 * arguments.window.volume * arguments.filters
            + output.volume * ((arguments.useBias ? 1 : 0) + activation.operations)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        var result = try pass.graph.convolveTransposed(input, parameters[0], arguments)
        if arguments.useBias { result = try pass.addBias(parameters[1], to: result) }
        return try pass.activate(result, activation)
    }
}

/// Keras's `Conv1DTranspose`: a learned enlargement of a sequence, `[T, C] → [T′, filters]`.
struct Conv1DTransposeLayer: TransposedConvolutionLayer {
    static let names = ["Conv1DTranspose", "Convolution1DTranspose"]
    static let rank = 1

    let arguments: TransposedConvolutionArguments

    init(_ arguments: TransposedConvolutionArguments) { self.arguments = arguments }
}

/// Keras's `Conv2DTranspose`: a learned enlargement of an image, `[H, W, C] → [H′, W′, filters]`.
struct Conv2DTransposeLayer: TransposedConvolutionLayer {
    static let names = ["Conv2DTranspose", "Convolution2DTranspose"]
    static let rank = 2

    let arguments: TransposedConvolutionArguments

    init(_ arguments: TransposedConvolutionArguments) { self.arguments = arguments }
}

/// Keras's `Conv3DTranspose`: a learned enlargement of a volume, `[D, H, W, C] → [D′, H′, W′, filters]`.
struct Conv3DTransposeLayer: TransposedConvolutionLayer {
    static let names = ["Conv3DTranspose", "Convolution3DTranspose"]
    static let rank = 3

    let arguments: TransposedConvolutionArguments

    init(_ arguments: TransposedConvolutionArguments) { self.arguments = arguments }
}
