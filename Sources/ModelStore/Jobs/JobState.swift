/// Where a job stands.
///
/// `running` means begun and neither paused nor ended. While no worker holds its lease (after a crash, a stop of the
/// program or a resume) the next free worker takes it up at its checkpoint.
public enum JobState: String, CaseIterable, Sendable {
    /// Waiting for a worker.
    case queued
    /// Begun; a worker has it or will take it up.
    case running
    /// Stopped by the client, with a checkpoint.
    case paused
    /// Ended with a new model version, or with an evaluation of one.
    case succeeded
    /// Ended with an error.
    case failed
    /// Ended by the client.
    case cancelled

    /// Whether nothing can happen to the job any more.
    public var isFinal: Bool {
        JobTransition.allCases.allSatisfy { after($0) == nil }
    }

    /// The state that a transition leads to from here, or nil where it is refused.
    public func after(_ transition: JobTransition) -> JobState? {
        transition.rule.from.contains(self) ? transition.rule.to : nil
    }
}

/// What can happen to a job.
public enum JobTransition: String, CaseIterable, Sendable {
    /// A worker took the job, or took over one whose worker is gone.
    case claimed
    /// The run ended with a new version.
    case succeeded
    /// The run ended for a cause that a retry won't mend.
    case failed
    /// The run ended for a passing cause; the job waits for its next attempt.
    case retried
    /// The client cancelled.
    case cancelled
    /// The client paused, and the worker has stopped.
    case paused
    /// The client resumed.
    case resumed
    /// The worker gave the job back, since its program stops.
    case released

    /// The one table of allowed transitions.
    ///
    /// Every statement that changes a state takes its guard from here.
    var rule: (from: Set<JobState>, to: JobState) {
        switch self {
        case .claimed: ([.queued, .running], .running)
        case .succeeded: ([.running], .succeeded)
        case .failed: ([.running], .failed)
        case .retried: ([.running], .queued)
        case .cancelled: ([.queued, .running, .paused], .cancelled)
        case .paused: ([.running], .paused)
        case .resumed: ([.paused], .running)
        case .released: ([.running], .running)
        }
    }

    /// The guard of this transition in SQL, such as `state IN ('queued', 'running')`.
    var sqlGuard: String {
        "state IN (\(rule.from.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")))"
    }
}
