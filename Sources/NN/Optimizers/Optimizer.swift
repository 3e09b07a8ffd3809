/// A rule that moves weights against their gradient, by Keras's names and formulas.
///
/// An optimizer is a value that holds hyper-parameters, never weights. What it remembers from step to step lies in its
/// slots: flat buffers like the weights', zero before the first step, kept by the training session and its
/// checkpoints. To add an optimizer is to add a file with a type that conforms, and its line in
/// `OptimizerConfiguration`.
protocol Optimizer: Configurable {
    /// The decay of the weights where a request gives none; nil for none.
    static var standardWeightDecay: Double? { get }

    /// The step size η, or the schedule that it follows.
    var learningRate: LearningRate { get }

    /// The names of the slots; their count is how many buffers `update` finds.
    var slots: [String] { get }

    /// Moves one stretch of the weights.
    ///
    /// Each element depends on the same element of the gradient and slots alone, so stretches may run in any order.
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
    /// No decay.
    static var standardWeightDecay: Double? { nil }
}
