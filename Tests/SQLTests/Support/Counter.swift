import Synchronization

/// A number that several threads count up.
final class Counter: Sendable {
    private let number = Atomic(0)

    /// How far it is.
    var value: Int { number.load(ordering: .relaxed) }

    /// One more.
    func add() { number.add(1, ordering: .relaxed) }
}
