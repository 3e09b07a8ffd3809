/// Where an experiment stands.
public enum ExperimentState: String, CaseIterable, Sendable {
    /// Its jobs wait or run, or further ones are to come.
    case running
    /// All is done, and at least one trial has a score.
    case succeeded
    /// All is done, and no trial has a score.
    case failed
    /// A client ended it.
    case cancelled

    /// Whether nothing can happen to it any more.
    public var isFinal: Bool { self != .running }
}
