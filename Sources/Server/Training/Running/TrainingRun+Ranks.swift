import Logging
import ModelStore
import NN

/// Jobs that several ranks train.
extension TrainingRun {
    /// How long a job for which there are too few ranks gives way to others.
    private static let patience: Int64 = 5_000

    /// What leads the ranks of the job; nil where its client wants one, or where no more have anything to do.
    func leader(_ wish: RankWish, _ session: TrainingSession) throws -> RankLeader? {
        let parts = session.partsPerBatch
        guard wish.ranks > 1, parts > 1 else { return nil }
        if let problem = ranks.library.problem {
            // The weights are the same; only the client's word that it is not to begin with fewer stands against it.
            guard wish.fewest == 1 else { throw StoreError.invalid("this server can't train with others: \(problem)") }
            logger.warning("the job trains alone", metadata: ["job": "\(claim.job.id)", "cause": "\(problem)"])
            return nil
        }
        return try RankLeader(store, lease, wish, parts: parts, address: ranks.address(store), logger: logger)
    }

    /// Runs a session to its end or to where it is cut, with whoever is there; the last group stays.
    func lead(
        _ leader: RankLeader?,
        _ session: TrainingSession,
        _ observe: TrainingSession.Observer
    ) throws -> TrainingOutcome {
        guard let leader else { return try session.run(observe) }
        return try RankThread.run { try lead(leader, session, observe) }
    }

    private func lead(
        _ leader: RankLeader,
        _ session: TrainingSession,
        _ observe: TrainingSession.Observer
    ) throws -> TrainingOutcome {
        // What an epoch or a step came to is told once, before ranks come together.
        let quiet: TrainingSession.Observer = { _, _ in command }
        var cause = RankLeader.Cause.began
        while true {
            try leader.form(session, cause, quiet)
            do {
                let outcome = try session.run(observe)
                guard outcome == .paused, leader.isChanging else { return outcome }
                cause = .joined
            } catch let lost as RankLost {
                cause = try leader.end(lost, session)
            }
        }
    }

    /// Puts the job back into the queue, since too few ranks are there to begin with.
    func postpone(_ session: TrainingSession) throws {
        let progress = session.progress.jsonText.dropLast()
        try store.jobs.postpone(
            lease,
            for: "ranks",
            milliseconds: Self.patience,
            progress: "\(progress),\"waiting_for\":\"ranks\"}"
        )
    }
}
