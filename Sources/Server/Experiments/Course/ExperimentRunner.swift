import Dispatch
import Foundation
import JSON
import Logging
import ModelStore
import NN
import Platform
import Synchronization

/// The thread that takes experiments further: when a job of one ends it makes the next ones, or ends the experiment.
///
/// It keeps nothing of its own. What is to be done follows from the store each time, and a job that is there already isn't made
/// again, so that it may be killed anywhere and several programs may serve one folder.
final class ExperimentRunner: Sendable {
    private let store: Store
    private let trainer: ExperimentTrainer
    private let workers: TrainingWorkers
    private let logger: Logger
    /// The experiments that are to be looked at; nil for all that run.
    private let due = Mutex<Set<String>?>(nil)
    private let isStopping = Atomic(false)
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// After how long all are looked at again, whose jobs other programs may have ended.
    private static let longestRest = 60.0
    /// After how long is tried again what could not be done now, such as to put a job into a queue that is full.
    private static let retryRest = 1.0
    /// How long `stop()` waits for the thread.
    private static let stopLimit = DispatchTimeInterval.seconds(2)

    init(store: Store, networks: NetworkCache, inlineData: InlineData, workers: TrainingWorkers, logger: Logger) {
        self.store = store
        trainer = ExperimentTrainer(store: store, networks: networks, inlineData: inlineData)
        self.workers = workers
        self.logger = logger
    }

    /// Starts the thread, which looks at every experiment that runs.
    func start() {
        store.experiments.observe { self.wake($0) }
        WorkerThread.start(named: "experiments", slice: .long) {
            self.run()
            self.ended.signal()
        }
    }

    /// Ends the thread after the job that it is about to make.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        signal.signal()
        _ = ended.wait(timeout: .now() + Self.stopLimit)
    }

    /// Tells that an experiment may go on.
    func wake(_ name: String) {
        due.withLock { due in _ = due?.insert(name) }
        signal.signal()
    }

    private func run() {
        var looked = Date.distantPast
        var deadlines: [String: Date] = [:]
        while !isStopping.load(ordering: .relaxed) {
            var rest = Self.longestRest
            do {
                if Date() >= looked + Self.longestRest { due.withLock { $0 = nil } }
                let named = due.withLock { due in
                    defer { due = [] }
                    return due
                }
                let late = deadlines.filter { $0.value <= Date() }.keys
                let names = try named.map { Array($0.union(late)) } ?? store.experiments.running()
                if named == nil { looked = Date() }
                for name in names where !isStopping.load(ordering: .relaxed) {
                    deadlines[name] = nil
                    switch advance(name) {
                    case .done: break
                    case .until(let deadline): deadlines[name] = deadline
                    case .again:
                        due.withLock { due in _ = due?.insert(name) }
                        rest = Self.retryRest
                    }
                }
            } catch {
                logger.warning("experiments put off", metadata: ["cause": "\(error)"])
                due.withLock { $0 = nil }
                rest = Self.retryRest
            }
            if let next = deadlines.values.min() { rest = min(rest, max(next.timeIntervalSinceNow, 0)) }
            _ = signal.wait(timeout: .now() + rest)
        }
    }

    /// When an experiment has to be looked at again, unless a job of it ends before.
    private enum Outcome {
        /// It has ended, or waits for its jobs alone.
        case done
        /// At that time.
        case until(Date)
        /// Soon: something could not be done now.
        case again
    }

    private func advance(_ name: String) -> Outcome {
        do {
            while !isStopping.load(ordering: .relaxed) {
                let snapshot = try store.experiments.snapshot(of: name)
                guard !snapshot.experiment.state.isFinal else { return .done }
                let course = try ExperimentCourse(snapshot)
                let deadline = course.deadline(of: snapshot.experiment)
                if let deadline, deadline <= Date() {
                    try end(name, late: course)
                    return .done
                }
                switch course.next {
                case .wait: return deadline.map { .until($0) } ?? .done
                case .end(let state):
                    try store.experiments.end(name, as: state)
                    return .done
                case .queue(let places):
                    for place in places { try make(place, course, snapshot) }
                }
            }
        } catch StoreError.notFound {
            // It was deleted meanwhile.
        } catch let error as StoreError where error.isForLater {
            return .again
        } catch StoreError.conflict {
            // Somebody else has ended it.
        } catch {
            logger.error("experiment stands still", metadata: ["experiment": "\(name)", "cause": "\(error)"])
        }
        return .done
    }

    /// Ends an experiment whose time is over.
    private func end(_ name: String, late course: ExperimentCourse) throws {
        let over = course.standings.count { $0.state.isFinal }
        let limit = course.request.greatestSeconds.map { "\($0)" } ?? ""
        let detail = "its \(limit) s are over, and \(over) of \(course.standings.count) trials had ended"
        let hasScore = course.standings.contains { $0.mean != nil && !$0.state.isLost }
        try store.experiments.end(
            name,
            as: hasScore ? .succeeded : .failed,
            error: JobFailure(detail: detail).jsonText
        )
    }

    /// Makes a job; where that can't be, the trial has failed.
    private func make(_ place: TrialPlace, _ course: ExperimentCourse, _ snapshot: ExperimentSnapshot) throws {
        guard let trial = snapshot.trials.first(where: { $0.number == place.trial }) else { return }
        do {
            let base = try TrialBase(course.request, course.request.values(of: trial.values))
            var training = try trainer.training(
                base,
                place,
                course.request,
                course.rungs[place.rung],
                keepsLast: place.rung < course.rungs.count - 1,
                model: trial.model
            )
            if let earlier = place.earlier, let origin = snapshot.jobs.first(where: { $0.place == earlier }) {
                training.fork = try store.jobs.keptEpoch(of: origin.job)
            }
            let plan = try trainer.plan(training)
            guard plan.dataset.sha256 == snapshot.experiment.datasetSHA256 else {
                let name = plan.dataset.name
                throw StoreError.invalid("dataset \"\(name)\": it was replaced after the experiment had begun")
            }
            var job = plan.newJob
            job.modelIdentifier = trial.modelIdentifier
            job.experiment = NewTrialJob(experiment: snapshot.experiment.identifier, place: place)
            _ = try store.jobs.enqueue(job)
            workers.wake()
        } catch let error as StoreError where error.isForLater {
            throw error
        } catch {
            // Another program may have made the job, or ended the experiment.
            let name = snapshot.experiment.name
            let now = try store.experiments.snapshot(of: name)
            guard !now.experiment.state.isFinal, !now.jobs.contains(where: { $0.place == place }) else { return }
            logger.error(
                "no further job of a trial",
                metadata: ["experiment": "\(name)", "trial": "\(place.trial)", "cause": "\(error)"]
            )
            let detail = JobFailure(detail: "\(error)").jsonText
            try store.experiments.fail(trial: place.trial, of: name, error: detail)
        }
    }
}

extension StoreError {
    /// Whether the same may be done a little later.
    fileprivate var isForLater: Bool { if case .queueFull = self { true } else { isTransient } }
}

extension ExperimentCourse {
    /// When the experiment's time is over; nil for never.
    fileprivate func deadline(of experiment: StoredExperiment) -> Date? {
        request.greatestSeconds.map { seconds in
            Date(timeIntervalSince1970: Double(experiment.createdAt.milliseconds) / 1000 + seconds)
        }
    }
}
