import JSON

/// The arguments that attention layers with several heads have beside their sizes.
struct HeadArguments: Sendable, Equatable {
    /// The fraction of the shares that training leaves out.
    let dropout: Double
    /// Whether projections have biases.
    let usesBias: Bool
    /// Whether a sigmoid of the query's projection multiplies what the heads give.
    let usesGate: Bool
    /// A query sees only keys that are less than so many steps away; nil for all.
    let window: Int?
    /// What was told with the call.
    var call: AttentionCall
    /// The rules of every kernel.
    let kernel: WeightRules
    /// The rules of every bias.
    let bias: WeightRules

    init(reading arguments: inout ObjectReader) {
        dropout = arguments.double("dropout", in: .from(0, through: 1), default: 0)
        usesBias = arguments.bool("use_bias", default: true)
        usesGate = arguments.bool("use_gate", default: false)
        window = arguments.optionalInt("sliding_window", in: 1...ObjectReader.greatestArgument)
        call = AttentionCall(reading: &arguments)
        kernel = arguments.weight("kernel", default: .glorotUniform)
        bias = arguments.weight("bias", default: .zeros)
        arguments.only(.bool(false), for: "flash_attention")
        arguments.only(nil, for: "seed")
    }

    func write(to json: inout JSONWriter) {
        json.field("dropout", dropout)
        json.field("use_bias", usesBias)
        json.field("use_gate", usesGate)
        json.field("sliding_window", ifPresent: window)
        call.write(to: &json)
        json.weight("kernel", kernel)
        json.weight("bias", bias)
    }
}
