import Foundation
import Logging
import ModelStore
import NN
import Platform

/// A rank beside the leader of a job, from the place that a worker has taken to where that is no more, in the calling thread.
///
/// It writes nothing of the job: what comes of it the leader writes.
struct RankRun {
    let place: RankPlace
    /// What opens the job's data.
    let run: TrainingRun
    /// Where the others reach this process.
    let address: String

    /// How often it looks whether the leader has called.
    private static let pause = 0.03
    /// How often it looks whether the leader's process still lives.
    private static let interval = Duration.milliseconds(500)

    private var store: Store { run.store }

    /// Trains as often as the leader calls.
    ///
    /// - Returns: Whether it can be of use for the job again.
    func perform() -> Bool {
        defer { try? store.ranks.leave(place.member) }
        do {
            return try RankThread.run(work)
        } catch is RankLeft {
            return true
        } catch {
            // The leader meets the same where it lies in the job, and tells of it.
            tell("a rank has ended", "\(error)")
            return false
        }
    }

    private func tell(_ what: Logger.Message, _ cause: String) {
        run.logger.notice(what, metadata: ["job": "\(place.claim.job.id)", "cause": "\(cause)"])
    }

    private func work() throws -> Bool {
        let request = try run.request()
        guard let name = place.claim.job.dataset else { return false }
        let model = try store.models.find(place.claim.job.model)
        let dataset = try store.datasets.find(name)
        guard let rows = try run.rows(request, model, dataset) else { return true }
        let bytes =
            try rows.keptBytes
            + TrainingEstimate.expectedBytes(
                network: rows.network,
                options: rows.options,
                data: rows.training,
                threads: run.threads
            )
        // It doesn't wait for memory: the leader goes on without it.
        guard let held = run.memory.reserve(bytes, for: .jobs) else {
            tell("a rank has ended", "there is no memory for it now")
            return false
        }
        defer { withExtendedLifetime(held) {} }
        while let call = try nextCall() {
            do {
                switch try train(rows, call) {
                case .again: continue
                case .over: return true
                case .refused:
                    tell("a rank was sent away", "it computes other bits than the leader")
                    return false
                }
            } catch let lost as RankLost {
                tell("a group of ranks has ended", "\(lost)")
            }
        }
        return true
    }

    /// The leader's next call; nil where the place is no more, or this worker is to come back.
    private func nextCall() throws -> RankCall? {
        try store.ranks.report(place.member)
        var looked = ContinuousClock.now
        while run.control.wish == .proceed {
            switch try store.ranks.standing(of: place.member) {
            case .gone: return nil
            case .called(let call): return call
            case .waiting: Thread.sleep(forTimeInterval: Self.pause)
            }
            // A leader that died on this machine is gone at once.
            if looked.duration(to: .now) > Self.interval {
                try store.nodes.endLeases { _, process in ProcessName.isDead(process) }
                looked = .now
            }
        }
        return nil
    }

    /// What comes after a group.
    private enum Next {
        case again
        case over
        case refused
    }

    private func train(_ rows: TrainingRun.Rows, _ call: RankCall) throws -> Next {
        let (store, member, control) = (store, place.member, run.control)
        let look = { () throws in
            // While the store is away the group goes on.
            let standing = (try? store.ranks.standing(of: member)) ?? .called(call)
            guard control.wish == .proceed, standing == .called(call) else { throw RankLeft() }
        }
        let link: RankLink
        do {
            link = try RankLink(call, of: place.claim.job.id, in: store.ranks, at: address, look: look)
            try store.ranks.name(process: link.process, of: member)
        } catch is RankLeft {
            return .again
        }
        let observe: TrainingSession.Observer = { _, _ in
            guard control.wish == .proceed else { throw RankLeft() }
            return .proceed
        }
        do {
            let session = try TrainingSession(
                network: rows.network,
                options: rows.options,
                data: rows.training,
                threads: run.threads,
                resuming: TrainingCheckpoint(decoding: link.spread([])),
                adapts: run.adapts
            )
            switch try RankMeeting.compare(session, in: link, observe) {
            case .cut: return .over
            case .differ(let ranks): return ranks.contains(link.rank) ? .refused : .again
            case .alike: break
            }
            session.group = link
            defer { session.group = nil }
            switch try session.run(observe) {
            case .finished, .cancelled: return .over
            case .paused: return .again
            }
        } catch is RankLeft {
            // Before the others see that it is gone.
            if control.wish != .proceed { try store.ranks.leave(member) }
            return control.wish == .proceed ? .again : .over
        }
    }
}
