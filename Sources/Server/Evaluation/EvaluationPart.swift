/// Which rows of a dataset are evaluated.
enum EvaluationPart: String, CaseIterable, Sendable {
    /// Those that a job learns from.
    case train
    /// Those by which it validates.
    case validation
    /// Those that it tests on.
    case test
    /// All of them.
    case all

    /// What counts where a request names none.
    static let standard = EvaluationPart.test
}
