/// Why the store refused or failed, one case per reason that a caller can react to.
///
/// The text of a case is a finished sentence for the person who reads it: where, what was found, what is allowed.
public enum StoreError: Error, Equatable, Sendable {
    /// A name or a value breaks a rule of the store.
    case invalid(String)
    /// No such model, version, alias, job or dataset.
    case notFound(String)
    /// The name is taken, the thing is in use, or its state forbids what was asked.
    case conflict(String)
    /// The queue holds as many jobs as it may.
    case queueFull(String, limit: Int)
    /// An idempotency key came again with another request.
    case keyReused(String)
    /// The worker no longer owns the job: it drops the run and writes nothing more.
    case leaseLost(String)
    /// Stored bytes are damaged: a checksum or a database page does not hold.
    case corrupt(String)
    /// The disk is full.
    case full(String)
    /// The folder or a file in it can't be written.
    case readOnly(String)
    /// Somebody else held the database for longer than the busy timeout.
    case busy(String)
    /// The store can't be opened or a file can't be read: a path, permission, schema or device problem.
    case unavailable(String)
    /// An SQLite error that has no case of its own.
    case unexpected(String)

    /// The sentence for the reader.
    public var message: String {
        switch self {
        case .invalid(let text), .notFound(let text), .conflict(let text), .queueFull(let text, _),
            .keyReused(let text), .leaseLost(let text), .corrupt(let text), .full(let text), .readOnly(let text),
            .busy(let text), .unavailable(let text), .unexpected(let text):
            text
        }
    }

    /// Whether the same call may succeed later with nothing else changed, so that a retry with back-off makes sense.
    public var isTransient: Bool {
        switch self {
        case .full, .readOnly, .busy, .unavailable: true
        default: false
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// The same sentence as `message`.
    public var description: String { message }
}
