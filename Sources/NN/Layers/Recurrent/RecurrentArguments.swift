import JSON

/// The arguments that Keras's recurrent layers share.
struct RecurrentArguments: Sendable, Equatable {
    /// H, the extent of the state.
    let units: Int
    /// The function of the new state.
    let stateActivation: ActivationKind
    /// Whether there is a bias.
    let useBias: Bool
    /// How the layer goes along the sequence; nil for a cell, which says nothing of it.
    var sequence: SequenceArguments?
    /// The fraction of a sequence's features that training leaves out, the same at every step.
    let dropout: Double
    /// The fraction of the state that training leaves out of the recurrent products, the same at every step.
    let recurrentDropout: Double
    /// The rules of the input's kernel, the recurrent kernel and the bias.
    let kernel: WeightRules, recurrent: WeightRules, bias: WeightRules

    init(reading arguments: inout ObjectReader) {
        self.init(ofCell: &arguments)
        sequence = SequenceArguments(reading: &arguments)
        // This chooses how Keras computes the same numbers.
        arguments.accept("use_cudnn")
    }

    /// The arguments that a layer shares with its cell.
    init(ofCell arguments: inout ObjectReader) {
        units = arguments.count("units")
        stateActivation = arguments.activation("activation", default: .tanh)
        useBias = arguments.bool("use_bias", default: true)
        dropout = arguments.double("dropout", in: .from(0, through: 1), default: 0)
        recurrentDropout = arguments.double("recurrent_dropout", in: .from(0, through: 1), default: 0)
        kernel = arguments.weight("kernel", default: .glorotUniform)
        recurrent = arguments.weight("recurrent", default: .orthogonal)
        bias = arguments.weight("bias", default: .zeros)
        arguments.only(nil, for: "seed")
        // This chooses how Keras computes the same numbers.
        arguments.accept("implementation")
    }

    /// Keras's defaults.
    init(units: Int) {
        self.units = units
        stateActivation = .tanh
        useBias = true
        sequence = SequenceArguments()
        (dropout, recurrentDropout) = (0, 0)
        kernel = WeightRules(initializer: .glorotUniform, regularizer: nil, constraint: nil)
        recurrent = WeightRules(initializer: .orthogonal, regularizer: nil, constraint: nil)
        bias = WeightRules(initializer: .zeros, regularizer: nil, constraint: nil)
    }

    func write(to json: inout JSONWriter) {
        json.field("units", units)
        json.field("activation", stateActivation)
        json.field("use_bias", useBias)
        sequence?.write(to: &json)
        json.field("dropout", dropout)
        json.field("recurrent_dropout", recurrentDropout)
        json.weight("kernel", kernel)
        json.weight("recurrent", recurrent)
        json.weight("bias", bias)
    }
}
