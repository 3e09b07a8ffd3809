/// A rule that moves weights against their gradient, by Keras's names and formulas.
///
/// An optimizer is a value that holds hyper-parameters, never weights. What it remembers from step to step lies in its
/// slots: flat buffers like the weights', zero before the first step, kept by the training session and its
/// checkpoints. To add an optimizer is to add a file with a type that conforms, and its line in
/// `OptimizerConfiguration`.
protocol Optimizer: Configurable {
    /// The names of the slots; their count is how many buffers `update` finds.
    var slots: [String] { get }

    /// Moves one stretch of the weights.
    ///
    /// Each element depends on the same element of the gradient and slots alone, so stretches may run in any order.
    ///
    /// - Parameters:
    ///   - span: The stretch.
    ///   - step: The number of this update, counted from 1.
    func update(_ span: ParameterSpan, step: Int)
}
