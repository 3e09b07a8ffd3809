/// The two parts that an upload may have.
public enum UploadPart: Sendable {
    /// The rows to train on.
    case train
    /// The rows set aside for testing.
    case test
}
