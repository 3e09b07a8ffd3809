import ModelStore

/// How a trial stands: its scores, and where it is in the experiment.
struct TrialStanding: Sendable {
    /// The trial's number.
    let trial: Int
    /// Where it is.
    let state: State
    /// The last rung of which it has, or had, a job; 0 before the first.
    let rung: Int
    /// Its jobs, in the order in which they were made.
    let jobs: [TrialJob]
    /// The scores of the rung that are there, repetition after repetition, fold after fold.
    let scores: [Double]
    /// Their mean; nil until all are there.
    let mean: Double?
    /// Why it failed, as JSON text; nil where it didn't.
    let error: String?

    /// Where a trial can be.
    enum State: String, CaseIterable, Sendable {
        /// It has no job yet, or all of them wait.
        case queued
        /// A job of it has begun.
        case running
        /// All of its jobs that have begun are paused.
        case paused
        /// All is done.
        case succeeded
        /// Others were better in an earlier rung.
        case dropped
        /// A job failed, or could not be made.
        case failed
        /// A job, or the experiment, was cancelled before the trial was done.
        case cancelled

        /// Whether nothing can happen to it any more.
        var isFinal: Bool { [.succeeded, .dropped, .failed, .cancelled].contains(self) }
        /// Whether it has come to nothing.
        var isLost: Bool { self == .failed || self == .cancelled }
    }

    /// How many epochs its jobs have trained.
    var epochs: Int { jobs.reduce(0) { $0 + $1.epochs } }

    /// The standard deviation of the scores, that of all of them as a population; nil until all are there.
    var deviation: Double? {
        guard let mean else { return nil }
        return (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)).squareRoot()
    }
}
