/// A rule that moves weights against their gradient, by Keras's names and formulas.
///
/// An optimizer is a value that holds hyper-parameters, never weights. What it remembers from step to step lies in its
/// slots: flat buffers like the weights', zero before the first step, kept by the training session and its
/// checkpoints. To add an optimizer is to add a file with a type that conforms, and its line in
/// `OptimizerConfiguration`.
protocol Optimizer: Configurable {
    /// The decay of the weights where a request gives none; nil for none.
    static var standardWeightDecay: Double? { get }

    /// Whether its stretches are whole weights, one each, since elements of a weight depend on one another.
    static var takesWholeWeights: Bool { get }

    /// The step size η, or the schedule that it follows.
    var learningRate: LearningRate { get }

    /// The names of the slots; their count is how many buffers `update` finds.
    var slots: [String] { get }

    /// By what share of η a stretch shrinks in each update.
    ///
    /// - Parameters:
    ///   - general: What the request says, or the optimizer's own.
    ///   - span: The stretch.
    /// - Returns: The share; nil for none.
    func weightDecay(_ general: Double?, of span: ParameterSpan) -> Double?

    /// Fills the slots of a stretch before its first update, and before its weights shrink.
    func begin(_ span: ParameterSpan)

    /// Moves one stretch of the weights.
    ///
    /// Each element depends on the same element of the gradient and slots alone, or on those of its weight where stretches
    /// are whole weights, so stretches may run in any order.
    ///
    /// - Parameters:
    ///   - span: The stretch.
    ///   - moment: Which update this is.
    func update(_ span: ParameterSpan, at moment: UpdateMoment)
}

/// One update among those of a run.
struct UpdateMoment {
    /// The update's number, counted from 1.
    let step: Int
    /// The step size.
    let learningRate: Double
}

extension Optimizer {
    /// Each element by itself.
    static var takesWholeWeights: Bool { false }

    /// The same for all weights.
    func weightDecay(_ general: Double?, of span: ParameterSpan) -> Double? { general }

    /// Zeros are what they begin with.
    func begin(_ span: ParameterSpan) {}

    /// No decay.
    static var standardWeightDecay: Double? { nil }
}
