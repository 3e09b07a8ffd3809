import Glibc

/// A call to the operating system that failed.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, such as "bind 127.0.0.1:80".
    public let operation: String

    /// The value of `errno`.
    public let code: Int32

    /// Reads `errno`; to be made right after the call.
    init(_ operation: String, code: Int32 = errno) {
        self.operation = operation
        self.code = code
    }

    /// What was tried and why it failed, in one line.
    public var description: String {
        "\(operation): \(String(cString: strerror(code))) (errno \(code))"
    }
}
