import Synchronization

/// Tells one handler of the experiments whose jobs end.
final class TrialEnds: Sendable {
    private let handler = Mutex<(@Sendable (String) -> Void)?>(nil)

    func observe(_ handler: @escaping @Sendable (String) -> Void) { self.handler.withLock { $0 = handler } }

    func tell(_ experiment: String) { handler.withLock { $0 }?(experiment) }
}
