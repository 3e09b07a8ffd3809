import JSON

/// A long short-term memory whose products are convolutions, over a sequence of sequences, images or volumes:
/// `[T, …, C] → […′, filters]`, or `[T, …′, filters]` with `return_sequences`.
///
/// `i = σ(Wi ∗ x + bi + Ui ∗ h)`, `f = σ(Wf ∗ x + bf + Uf ∗ h)`, `c′ = f ⊙ c + i ⊙ tanh(Wc ∗ x + bc + Uc ∗ h)`,
/// `o = σ(Wo ∗ x + bo + Uo ∗ h)`, `h′ = o ⊙ tanh(c′)`. The gates lie in the order i, f, c, o: kernel W `[window…, C, 4F]`,
/// recurrent_kernel U `[window…, F, 4F]`, whose windows keep the state's extents, bias `[4F]`. States: h, then c. A masked
/// step leaves them as they are. Source: Shi et al. 2015, arXiv:1506.04214; keras.io/api/layers/recurrent_layers.
protocol ConvLSTMLayer: DirectedLayer {
    /// How many axes the window slides over.
    static var rank: Int { get }

    /// What Keras's convolutional memories share.
    var arguments: ConvLSTMArguments { get }

    /// The layer with these arguments.
    init(_ arguments: ConvLSTMArguments)
}

/// The arguments of Keras's convolutional memories.
struct ConvLSTMArguments: Sendable, Equatable {
    let filters: Int
    let window: WindowArguments
    let activation: ActivationKind
    let gateActivation: ActivationKind
    let useBias: Bool
    let unitForgetBias: Bool
    var sequence: SequenceArguments
    let dropout: Double
    let recurrentDropout: Double
    let kernel: WeightRules, recurrent: WeightRules, bias: WeightRules

    /// The window of the recurrent convolution, which keeps the state's extents.
    var recurrentWindow: WindowArguments {
        WindowArguments(size: window.size, strides: Array(repeating: 1, count: window.rank), padding: .same)
    }
}

extension ConvLSTMLayer {
    init(reading reader: inout ObjectReader) {
        self.init(
            ConvLSTMArguments(
                filters: reader.count("filters"),
                window: reader.convolutionWindow(Self.rank, paddings: ["valid", "same"]),
                activation: reader.activation("activation", default: .tanh),
                gateActivation: reader.activation("recurrent_activation", default: .sigmoid),
                useBias: reader.bool("use_bias", default: true),
                unitForgetBias: reader.bool("unit_forget_bias", default: true),
                sequence: SequenceArguments(reading: &reader),
                dropout: reader.double("dropout", in: .from(0, through: 1), default: 0),
                recurrentDropout: reader.double("recurrent_dropout", in: .from(0, through: 1), default: 0),
                kernel: reader.weight("kernel", default: .glorotUniform),
                recurrent: reader.weight("recurrent", default: .orthogonal),
                bias: reader.weight("bias", default: .zeros)
            )
        )
        reader.only(nil, for: "seed")
        reader.channelsLast()
    }

    func write(to json: inout JSONWriter) {
        json.field("filters", arguments.filters)
        json.convolutionWindow(arguments.window)
        json.field("activation", arguments.activation)
        json.field("recurrent_activation", arguments.gateActivation)
        json.field("use_bias", arguments.useBias)
        json.field("unit_forget_bias", arguments.unitForgetBias)
        arguments.sequence.write(to: &json)
        json.field("dropout", arguments.dropout)
        json.field("recurrent_dropout", arguments.recurrentDropout)
        json.weight("kernel", arguments.kernel)
        json.weight("recurrent", arguments.recurrent)
        json.weight("bias", arguments.bias)
    }

    var sequence: SequenceArguments { arguments.sequence }

    var units: Int { arguments.filters }

    /// The state and the cell.
    var stateTensors: Int { 2 }

    func with(_ sequence: SequenceArguments) -> Self {
        var arguments = arguments
        arguments.sequence = sequence
        return Self(arguments)
    }

    private static var axes: String { "[steps, " + WindowArguments.axes(rank).dropFirst() }

    func stateShapes(over sequence: Shape) throws(ShapeRequirement) -> [Shape] {
        guard sequence.rank == Self.rank + 2 else { throw ShapeRequirement(Self.axes) }
        let extents = try arguments.window.extents(over: sequence.dropping(1), argument: "kernel_size")
        let state = Shape(extents + [arguments.filters])
        return [state, state]
    }

    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        guard let sequence = inputs.first else { throw ShapeRequirement(Self.axes) }
        let states = try stateShapes(over: sequence)
        guard inputs.count == 1 || Array(inputs.dropFirst()) == states else {
            throw ShapeRequirement("\(Self.axes) alone or with 2 initial states of \(states[0])")
        }
        let result = arguments.sequence.returnSequences ? states[0].batched(sequence[0]) : states[0]
        return [result] + (arguments.sequence.returnState ? states : [])
    }

    func parameters(for inputs: [Shape]) -> [Parameter] {
        let (filters, size) = (arguments.filters, arguments.window.size)
        let kernels = [
            Parameter("kernel", Shape(size + [inputs[0].last, 4 * filters]), arguments.kernel),
            Parameter("recurrent_kernel", Shape(size + [filters, 4 * filters]), arguments.recurrent),
        ]
        guard arguments.useBias else { return kernels }
        let first = arguments.bias.initializer
        let bias = Parameter(
            "bias",
            [4 * filters],
            arguments.unitForgetBias ? Initializer(ForgetBiasInitializer(others: first), seed: first.seed) : first,
            regularizer: arguments.bias.regularizer,
            constraint: arguments.bias.constraint
        )
        return kernels + [bias]
    }

    func operations(inputs: [Shape], output: Shape) -> Int {
        let steps = inputs[0][0]
        let places = arguments.sequence.returnSequences ? output.volume / max(steps, 1) : output.volume
        let products = 8 * arguments.window.volume * (inputs[0].last + arguments.filters)
        return steps * places * (products + 3 * arguments.gateActivation.operations + 12)
    }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        let unrolled = try ConvLSTMSteps(arguments, inputs: inputs, parameters: parameters, in: &pass)
        let (results, states) = try unrolled.append(to: &pass)
        if arguments.sequence.returnSequences { pass.setMask(pass.mask(ofInput: 0)) }
        return [results] + (arguments.sequence.returnState ? states : [])
    }
}

/// Keras's `ConvLSTM1D`: a convolutional memory over a sequence of sequences.
struct ConvLSTM1DLayer: ConvLSTMLayer {
    static let names = ["ConvLSTM1D"]
    static let rank = 1

    let arguments: ConvLSTMArguments

    init(_ arguments: ConvLSTMArguments) { self.arguments = arguments }
}

/// Keras's `ConvLSTM2D`: a convolutional memory over a sequence of images.
struct ConvLSTM2DLayer: ConvLSTMLayer {
    static let names = ["ConvLSTM2D"]
    static let rank = 2

    let arguments: ConvLSTMArguments

    init(_ arguments: ConvLSTMArguments) { self.arguments = arguments }
}

/// Keras's `ConvLSTM3D`: a convolutional memory over a sequence of volumes.
struct ConvLSTM3DLayer: ConvLSTMLayer {
    static let names = ["ConvLSTM3D"]
    static let rank = 3

    let arguments: ConvLSTMArguments

    init(_ arguments: ConvLSTMArguments) { self.arguments = arguments }
}
