/// How a layer learns from the training rows before the first step: the mean and variance of its input's columns.
struct AdaptationRule: Sendable, Equatable {
    /// The axes of a sample that keep a mean and a variance of their own; all others are averaged over, as rows are.
    let keptAxes: [Int]
    /// Which of the layer's parameters holds the means.
    let mean: Int
    /// Which of the layer's parameters holds the variances.
    let variance: Int
}
