import Dispatch
import Foundation
import Logging
import ModelStore
import Platform
import Synchronization

/// The threads that train: each claims a job, runs it, and looks for the next.
final class TrainingWorkers: Sendable {
    /// How many threads take part in each job.
    let replicas: Int
    /// How many jobs run at once; 0 where they are left to other nodes.
    let count: Int

    private let checkpointInterval: Duration
    private let store: Store
    private let networks: NetworkCache
    private let predictor: Predictor
    private let inlineData: InlineData
    private let leases: LeaseKeeper
    private let node: NodeKeeper
    private let counts: ClusterCounts
    private let memory: MemoryBudget
    private let memoryRecords: MemoryRecords
    private let ranks: RankTransport
    private let logger: Logger
    /// Those of the ranks that this process has beside leaders.
    private let rankControls = Mutex<[ObjectIdentifier: RunControl]>([:])
    private let isStopping = Atomic(false)
    private let work = DispatchSemaphore(value: 0)
    /// Whether a worker has been told that another program may have committed, and has not looked yet.
    private let isTold = Atomic(false)
    private let ended = DispatchGroup()

    /// How long an idle worker waits before it looks again for jobs that nobody told it about: those whose retry is due,
    /// and those of another process that died.
    private static let longestRest = DispatchTimeInterval.milliseconds(500)

    /// Workers that don't run yet: `count` jobs at once, each on `replicas` threads.
    ///
    /// A job saves a checkpoint every `checkpointInterval`; the process holds it as the node that `node` keeps.
    init(
        count: Int,
        replicas: Int,
        checkpointInterval: Duration,
        node: NodeKeeper,
        counts: ClusterCounts,
        leases: LeaseKeeper,
        store: Store,
        networks: NetworkCache,
        predictor: Predictor,
        inlineData: InlineData,
        memory: MemoryBudget,
        memoryRecords: MemoryRecords,
        ranks: RankTransport,
        logger: Logger
    ) {
        self.store = store
        self.networks = networks
        self.predictor = predictor
        self.inlineData = inlineData
        self.memory = memory
        self.memoryRecords = memoryRecords
        self.ranks = ranks
        self.count = count
        self.replicas = replicas
        self.checkpointInterval = checkpointInterval
        self.logger = logger
        self.node = node
        self.counts = counts
        self.leases = leases
    }

    /// Starts the threads.
    func start() {
        store.whenOthersCommit { [weak self] in
            if let self, !isTold.exchange(true, ordering: .relaxed) { wake() }
        }
        for number in 1...max(count, 1) where number <= count {
            ended.enter()
            WorkerThread.start(named: "train-\(number)", slice: .long) {
                self.loop()
                self.ended.leave()
            }
        }
    }

    /// Tells a resting worker that there is a job.
    func wake() { work.signal() }

    /// Has every running job save a checkpoint, and waits until the workers have come back, as long as is granted.
    ///
    /// - Returns: Whether all have come back.
    func stop(within limit: DispatchTimeInterval) -> Bool {
        isStopping.store(true, ordering: .relaxed)
        leases.stopAll()
        for control in rankControls.withLock({ Array($0.values) }) { control.ask(.stop) }
        work.signal()
        let result = ended.wait(timeout: .now() + limit)
        leases.stop()
        return result == .success
    }

    private func loop() {
        let id = node.id
        // A failure that goes on is told once.
        var isFailing = false
        var shunned = ShunnedJobs()
        while !isStopping.load(ordering: .relaxed) {
            isTold.store(false, ordering: .relaxed)
            do {
                try store.nodes.endLeases { node, process in node != id && ProcessName.isDead(process) }
                let control = RunControl()
                let claim = try leases.keep(for: control) { () throws(StoreError) in
                    try store.jobs.claim(by: id, takingOver: node.takesOver, causeOfDeath: memoryRecords.cause)
                }
                isFailing = false
                if let claim {
                    run(claim, under: control)
                    continue
                }
                if try runRank(id, &shunned) { continue }
            } catch {
                if !isFailing { logger.warning("no job claimed", metadata: ["cause": "\(error)"]) }
                isFailing = true
            }
            _ = work.wait(timeout: .now() + Self.longestRest)
        }
        // The signal that ended this worker's rest is for the others too.
        work.signal()
    }

    private func run(_ claim: Claim, under control: RunControl) {
        // A stop that came between the claim and here has not seen this run.
        if isStopping.load(ordering: .relaxed) { control.ask(.stop) }
        if claim.isTakenOver {
            counts.tookOver()
            logger.notice("job taken over", metadata: ["job": "\(claim.job.id)", "claim": "\(claim.lease.token)"])
        }
        if run(claim, control).perform() { counts.lostLease() }
        leases.release(claim.lease)
        inlineData.removeIfUnused(claim.job.dataset)
    }

    /// Trains beside the leader of a job that wants more ranks, where nothing waits.
    ///
    /// - Returns: Whether there was one.
    private func runRank(_ id: String, _ shunned: inout ShunnedJobs) throws -> Bool {
        let process = Int(ProcessInfo.processInfo.processIdentifier)
        let place = try store.ranks.take(by: id, process: process, shunning: shunned.now) {
            ranks.library.problem == nil
        }
        guard let place else { return false }
        let control = RunControl()
        rankControls.withLock { $0[ObjectIdentifier(control)] = control }
        defer { rankControls.withLock { $0[ObjectIdentifier(control)] = nil } }
        if isStopping.load(ordering: .relaxed) { control.ask(.stop) }
        let run = RankRun(
            place: place,
            run: trainingRun(place.claim, control),
            address: try ranks.address(store)
        )
        if !run.perform() { shunned.add(place.claim.job.id) }
        return true
    }

    private func trainingRun(_ claim: Claim, _ control: RunControl) -> TrainingRun {
        TrainingRun(
            store: store,
            networks: networks,
            predictor: predictor,
            threads: replicas,
            checkpointInterval: checkpointInterval,
            claim: claim,
            control: control,
            memory: memory,
            ranks: ranks,
            logger: logger
        )
    }

    /// What does the job that was claimed.
    private func run(_ claim: Claim, _ control: RunControl) -> any ClaimedRun {
        switch claim.job.kind {
        case .training: trainingRun(claim, control)
        case .evaluation:
            EvaluationRun(
                store: store,
                networks: networks,
                threads: replicas,
                claim: claim,
                control: control,
                memory: memory,
                logger: logger
            )
        }
    }
}
