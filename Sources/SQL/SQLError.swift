/// Why a database refused or failed.
public struct SQLError: Error, Sendable {
    /// What a caller can react to; the same for every engine.
    public enum Cause: Sendable {
        /// Somebody else held what was wanted for too long.
        case busy
        /// There is no space left.
        case full
        /// It can't be written.
        case readOnly
        /// What is stored is damaged.
        case corrupt
        /// There is something else than a database.
        case notADatabase
        /// It can't be reached or opened.
        case unavailable
        /// It answers, and lets nobody in under the name, the password or the certificate that it was given.
        case refused
        /// The disk or the connection to it failed.
        case device
        /// The disk did not take what was written.
        case unsynchronized
        /// One value is larger than the engine allows.
        case tooLarge
        /// A text that has to be JSON is none.
        case invalidJSON
        /// What names the database can't be read.
        case misused
        /// The connection went while a commit was under way: nobody knows whether it has taken place.
        case uncertain
        /// A row does not have the expected form.
        case undecodable
        /// Anything else.
        case unexpected
    }

    /// What a caller can react to.
    public let cause: Cause
    /// The engine and its own code, such as `SQLite 787`; nil for what no engine said.
    public let code: String?
    /// What is wrong, in the engine's words.
    public let reason: String
    /// Whether a disk has not done what it was told.
    public let isOfDevice: Bool
    /// Whether the connection is gone.
    public let isLost: Bool

    /// Makes an error.
    package init(_ cause: Cause, code: String? = nil, _ reason: String, isOfDevice: Bool = false, isLost: Bool = false)
    {
        self.cause = cause
        self.code = code
        self.reason = reason
        self.isOfDevice = isOfDevice
        self.isLost = isLost
    }
}

extension SQLError: CustomStringConvertible {
    /// The code and the reason.
    public var description: String { code.map { "\($0) (\(reason))" } ?? reason }
}
