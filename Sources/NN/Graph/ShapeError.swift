/// Operands whose shapes an operation can't take, with the rule they break.
public struct ShapeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The operation, as in `matmul`.
    public let operation: String
    /// What was found and what is needed, as in `[32, 784] × [256, 10]: inner extents 784 and 256 differ`.
    public let detail: String

    /// An error of an operation with the rule that was broken.
    public init(_ operation: String, _ detail: String) {
        self.operation = operation
        self.detail = detail
    }

    /// The operation and the rule in one line.
    public var description: String { "\(operation): \(detail)" }
}
