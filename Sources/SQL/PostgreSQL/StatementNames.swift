import Synchronization

/// Whether compiled statements can be called by their names, which all connections of a database share.
///
/// A pooler that gives a connection of the server to each transaction alone does not let them be: the next transaction may
/// get a connection that has never heard of them. It is found out by trying.
final class StatementNames: Sendable {
    private let lasting = Atomic(true)

    /// Whether they can, as far as is known.
    var last: Bool { lasting.load(ordering: .relaxed) }

    /// Has statements be sent as a whole each time from now on.
    func giveUp() { lasting.store(false, ordering: .relaxed) }
}
