/// How long an epoch takes, from its first step to the end of its validation, without the time for which it was cut.
struct EpochClock {
    private var before: Double
    private var start: ContinuousClock.Instant?

    /// A clock that stands, of an epoch that has taken some seconds.
    init(seconds: Double = 0) { before = seconds }

    /// What the epoch has taken so far.
    var seconds: Double { before + (start.map { $0.duration(to: .now).seconds } ?? 0) }

    /// Goes on.
    mutating func go() { start = .now }

    /// Stands.
    mutating func rest() { self = EpochClock(seconds: seconds) }

    /// Begins the next epoch; gives what the last one took, to the microsecond.
    mutating func lap() -> Double {
        let seconds = (seconds * 1e6).rounded() / 1e6
        (before, start) = (0, start.map { _ in .now })
        return seconds
    }
}
