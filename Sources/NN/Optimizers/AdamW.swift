import JSON

/// Adam with weight decay (Keras's `AdamW`): what `Adam` is with a `weight_decay`, here 0.004 where none is given.
///
/// Source: keras.io/api/optimizers/adamw; Loshchilov and Hutter 2019, arXiv:1711.05101.
struct AdamW: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["AdamW", "adamw"]

    /// The decay of the weights, where a request gives none.
    static let standardWeightDecay: Double? = 0.004

    private let adam: Adam

    /// Reads what `Adam` reads.
    init(reading arguments: inout ObjectReader) { adam = Adam(reading: &arguments) }

    /// Writes what `Adam` writes.
    func write(to json: inout JSONWriter) { adam.write(to: &json) }

    /// The step size η.
    var learningRate: LearningRate { adam.learningRate }

    /// Adam's.
    var slots: [String] { adam.slots }

    /// Moves one stretch of the weights, which have decayed before.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) { adam.update(span, at: moment) }
}
