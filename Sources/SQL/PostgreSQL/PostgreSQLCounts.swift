import Synchronization

/// What the connections of a database have gone through.
public final class PostgreSQLCounts: Sendable {
    /// Why a piece of work was begun again.
    public enum Repetition: Int, CaseIterable, Sendable {
        /// The connection had gone.
        case connection
        /// The server had let another transaction go first.
        case conflict
        /// A pooler did not know the statement.
        case pooler
    }

    private let waited = Atomic(0)
    private let replaced = Atomic(0)
    private let lost = Atomic(0)
    private let repeated = Repetition.allCases.map { _ in Count() }

    private final class Count: Sendable {
        let number = Atomic(0)
    }

    /// How often somebody had to wait for a connection.
    public var waits: Int { waited.load(ordering: .relaxed) }

    /// How often connecting succeeded again after nobody could.
    public var reconnects: Int { replaced.load(ordering: .relaxed) }

    /// How many commits had no answer.
    public var unknownCommits: Int { lost.load(ordering: .relaxed) }

    /// How often a piece of work was begun again.
    public func repetitions(for cause: Repetition) -> Int { repeated[cause.rawValue].number.load(ordering: .relaxed) }

    func countWait() { waited.add(1, ordering: .relaxed) }

    func countReconnect() { replaced.add(1, ordering: .relaxed) }

    /// Counts a piece of work that failed, and is begun again where it may be.
    func count(_ error: SQLError, isRepeated: Bool) {
        if error.cause == .uncertain { lost.add(1, ordering: .relaxed) }
        guard isRepeated else { return }
        let cause: Repetition =
            error.isOfStatementNames ? .pooler : error.isLost || error.endsConnection ? .connection : .conflict
        repeated[cause.rawValue].number.add(1, ordering: .relaxed)
    }
}
