import Glibc

/// Why the temporary file of an upload could not be written or read.
public struct SpoolError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was being done, as in `write`.
    public let operation: String
    /// The system's number of the error, such as `ENOSPC`.
    public let code: Int32

    /// One line.
    public var description: String {
        "cannot \(operation) the temporary file of the upload: \(String(cString: strerror(code)))"
    }
}
