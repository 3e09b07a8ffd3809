/// Why a server cannot listen.
public struct ListenError: Error, Sendable, CustomStringConvertible {
    /// The address that was asked for.
    public let address: ListenAddress

    /// What failed.
    public let reason: SystemError

    /// The address and the reason in one line.
    public var description: String {
        "cannot listen on \(address): \(reason)"
    }
}
