import JSON

/// The arguments that Keras's recurrent layers share.
struct RecurrentArguments: Sendable, Equatable {
    /// H, the extent of the state.
    let units: Int
    /// The function of the new state.
    let stateActivation: ActivationKind
    /// Whether there is a bias.
    let useBias: Bool
    /// Whether the state after every step is given, not the last alone.
    let returnSequences: Bool
    /// Whether the last states are given as further results.
    let returnState: Bool
    /// Whether the sequence runs from its last step to its first.
    let goBackwards: Bool
    /// Whether a masked step gives zeros in place of the state before it.
    let zeroOutputForMask: Bool
    /// The fraction of a sequence's features that training leaves out, the same at every step.
    let dropout: Double
    /// The fraction of the state that training leaves out of the recurrent products, the same at every step.
    let recurrentDropout: Double
    /// The rules of the input's kernel, the recurrent kernel and the bias.
    let kernel: WeightRules, recurrent: WeightRules, bias: WeightRules

    init(reading arguments: inout ObjectReader) {
        units = arguments.count("units")
        stateActivation = arguments.activation("activation", default: .tanh)
        useBias = arguments.bool("use_bias", default: true)
        returnSequences = arguments.bool("return_sequences", default: false)
        returnState = arguments.bool("return_state", default: false)
        goBackwards = arguments.bool("go_backwards", default: false)
        zeroOutputForMask = arguments.bool("zero_output_for_mask", default: false)
        dropout = arguments.double("dropout", in: .from(0, through: 1), default: 0)
        recurrentDropout = arguments.double("recurrent_dropout", in: .from(0, through: 1), default: 0)
        kernel = arguments.weight("kernel", default: .glorotUniform)
        recurrent = arguments.weight("recurrent", default: .orthogonal)
        bias = arguments.weight("bias", default: .zeros)
        arguments.only(.bool(false), for: "stateful")
        arguments.only(.bool(false), for: "time_major")
        arguments.only(nil, for: "seed")
        // These choose how Keras computes the same numbers.
        arguments.accept("unroll", "use_cudnn", "implementation")
    }

    /// Keras's defaults.
    init(units: Int) {
        self.units = units
        stateActivation = .tanh
        useBias = true
        (returnSequences, returnState, goBackwards, zeroOutputForMask) = (false, false, false, false)
        (dropout, recurrentDropout) = (0, 0)
        kernel = WeightRules(initializer: .glorotUniform, regularizer: nil, constraint: nil)
        recurrent = WeightRules(initializer: .orthogonal, regularizer: nil, constraint: nil)
        bias = WeightRules(initializer: .zeros, regularizer: nil, constraint: nil)
    }

    /// The same arguments for the direction that a bidirectional layer wants.
    ///
    /// There, as in Keras, a masked step of a sequence always gives zeros.
    init(_ other: RecurrentArguments, backwards: Bool) {
        self.init(
            other,
            returnsState: other.returnState,
            backwards: backwards,
            zeroOutputForMask: other.returnSequences
        )
    }

    private init(_ other: RecurrentArguments, returnsState: Bool, backwards: Bool, zeroOutputForMask: Bool) {
        units = other.units
        stateActivation = other.stateActivation
        useBias = other.useBias
        returnSequences = other.returnSequences
        returnState = returnsState
        goBackwards = backwards
        self.zeroOutputForMask = zeroOutputForMask
        dropout = other.dropout
        recurrentDropout = other.recurrentDropout
        (kernel, recurrent, bias) = (other.kernel, other.recurrent, other.bias)
    }

    /// The same arguments for a layer that gives its last states too.
    var returningState: RecurrentArguments {
        RecurrentArguments(self, returnsState: true, backwards: goBackwards, zeroOutputForMask: zeroOutputForMask)
    }

    func write(to json: inout JSONWriter) {
        json.field("units", units)
        json.field("activation", stateActivation)
        json.field("use_bias", useBias)
        json.field("return_sequences", returnSequences)
        json.field("return_state", returnState)
        json.field("go_backwards", goBackwards)
        json.field("zero_output_for_mask", zeroOutputForMask)
        json.field("dropout", dropout)
        json.field("recurrent_dropout", recurrentDropout)
        json.weight("kernel", kernel)
        json.weight("recurrent", recurrent)
        json.weight("bias", bias)
    }
}
