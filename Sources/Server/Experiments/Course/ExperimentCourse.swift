import ModelStore

/// How an experiment stands, and what comes next: all of it follows from the request and from what its jobs came to, whatever
/// was killed or restarted in between.
struct ExperimentCourse: Sendable {
    /// What the experiment was asked to do.
    let request: ExperimentRequest
    /// The rounds of it.
    let rungs: [Rung]
    /// How each trial stands, in their order.
    let standings: [TrialStanding]
    /// What comes next.
    let next: Step

    /// What comes next.
    enum Step: Sendable, Equatable {
        /// These jobs are to be made.
        case queue([TrialPlace])
        /// Jobs have to end first.
        case wait
        /// Nothing is left to be done.
        case end(ExperimentState)
    }

    /// How many jobs of one experiment wait or run at most, so that others get their turn and a cancelled one has little to
    /// clear away.
    static let greatestUnfinished = 16

    /// - Parameters:
    ///   - request: What the experiment was asked to do.
    ///   - rungs: The rounds of it.
    ///   - snapshot: What is there of it.
    init(_ request: ExperimentRequest, _ rungs: [Rung], _ snapshot: ExperimentSnapshot) {
        (self.request, self.rungs) = (request, rungs)
        var rounds = Rounds(request, rungs, snapshot)
        next = rounds.run()
        standings = rounds.standings()
    }

    /// The trials as a table shows them: the best first, those without a score behind them, what failed last.
    var leaderboard: [TrialStanding] {
        func group(_ standing: TrialStanding) -> Int {
            if standing.state.isLost { return 2 }
            return standing.mean == nil ? 1 : 0
        }
        return standings.sorted { left, right in
            let groups = (group(left), group(right))
            if groups.0 != groups.1 { return groups.0 < groups.1 }
            guard groups.0 == 0, let (a, b) = left.mean.flatMap({ a in right.mean.map { (a, $0) } }) else {
                return left.trial < right.trial
            }
            // A trial that was trained longer was better before.
            if left.rung != right.rung { return left.rung > right.rung }
            return a == b ? left.trial < right.trial : request.metric.ranks(a, before: b)
        }
    }
}
