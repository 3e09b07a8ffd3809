import HTTPTypes
import Synchronization

/// How long ago it was that names of models were last looked up, where predictions go on by what they meant then, since the
/// store does not answer.
final class NameAge: Sendable {
    /// When the oldest of them was, in nanoseconds of `start`; 0 where the last look-up succeeded.
    private let since = Atomic<Int64>(0)
    private let start = ContinuousClock.now - .seconds(1)

    /// Notes that a name goes by what was found at a time.
    func goes(by time: ContinuousClock.Instant) {
        let found = Int64(max(1, start.duration(to: time) / .nanoseconds(1)))
        let known = since.load(ordering: .relaxed)
        if known == 0 || found < known { since.store(found, ordering: .relaxed) }
    }

    /// Notes that a name has been looked up.
    func isLookedUp() {
        if since.load(ordering: .relaxed) != 0 { since.store(0, ordering: .relaxed) }
    }

    /// The age in full seconds; nil where it is less than one.
    var seconds: Int? {
        let found = since.load(ordering: .relaxed)
        guard found != 0 else { return nil }
        let age = (start + .nanoseconds(found)).duration(to: .now).components.seconds
        return age > 0 ? Int(age) : nil
    }
}

extension HTTPField.Name {
    /// For how many seconds nobody could look up what the names of models stand for.
    static let stale: HTTPField.Name = {
        guard let name = HTTPField.Name("Trainyard-Stale") else { preconditionFailure("no name of a field") }
        return name
    }()
}
