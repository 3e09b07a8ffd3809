/// The two parts of a dataset.
public enum DatasetPart: Sendable {
    /// The rows that a job trains on.
    case train
    /// The rows set aside, which no job trains on.
    case test
}
