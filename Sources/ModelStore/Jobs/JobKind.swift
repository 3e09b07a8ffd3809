/// What a job does.
public enum JobKind: String, CaseIterable, Sendable {
    /// It trains a model, and makes a version.
    case training
    /// It evaluates a version, and makes none.
    case evaluation
}
