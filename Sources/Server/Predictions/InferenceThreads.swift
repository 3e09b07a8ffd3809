import Dispatch
import Glibc
import Platform
import Synchronization

/// The threads that answer predictions of one lane: they read the requests, compute, and write the answers.
///
/// Reading goes before computing, so whatever has arrived by the time that a thread would compute goes as one batch. A
/// request that finds a thread free is answered at once.
final class InferenceThreads: TaskExecutor {
    private let lane: PredictionLane
    private let queue = Mutex(Queue())
    private let signal = DispatchSemaphore(value: 0)

    /// So many stretches of tasks go in a row before a batch; more would keep those that came first waiting.
    fileprivate static let tasksInARow = 64

    fileprivate struct Queue {
        var jobs: [UnownedJob] = []
        var networks: [ServedNetwork] = []
        var jobsInARow = 0
        /// How many threads were told of nothing to do and wait for a signal.
        var sleepers = 0
        /// The threads, as the system numbers them.
        var members: [UInt] = []
        var isStopped = false
    }

    fileprivate enum Work {
        case job(UnownedJob)
        case batch(ServedNetwork)
        case none
        case end
    }

    /// Starts the threads of a lane.
    init(count: Int, lane: PredictionLane) {
        self.lane = lane
        for number in 1...count {
            switch lane {
            case .short: WorkerThread.start(named: "predict-\(number)") { self.work() }
            case .long: WorkerThread.start(named: "predict-rows-\(number)", slice: .long) { self.work() }
            }
        }
    }

    /// Has a request answered by a network.
    func submit(_ request: PendingPrediction, to network: ServedNetwork) {
        if network.add(request) { announce(network) }
    }

    /// Takes a task's next stretch of work.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if add({ $0.jobs.append(job) }) { return }
        // A task that was cut off goes on to its end elsewhere.
        DispatchQueue.global().async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Ends the threads once nothing waits; requests must not come any more.
    func stop() {
        let sleepers = queue.withLock { queue in
            queue.isStopped = true
            return exchange(&queue.sleepers, with: 0)
        }
        for _ in 0..<sleepers { signal.signal() }
    }

    private func announce(_ network: ServedNetwork, wakes: Bool = false) {
        _ = add(wakes: wakes) { $0.networks.append(network) }
    }

    /// Adds to the queue and wakes a thread for it; false where no thread will come any more.
    ///
    /// What one of the threads adds itself wakes no other, unless it `wakes`: the thread takes that as soon as it is
    /// through with what it does.
    private func add(wakes: Bool = false, _ change: (inout Queue) -> Void) -> Bool {
        let current = UInt(pthread_self())
        let (isAdded, wakesOne) = queue.withLock { queue in
            guard !(queue.isStopped && queue.members.isEmpty) else { return (false, false) }
            change(&queue)
            guard queue.sleepers > 0, wakes || !queue.members.contains(current) else { return (true, false) }
            queue.sleepers -= 1
            return (true, true)
        }
        if wakesOne { signal.signal() }
        return isAdded
    }

    private func work() {
        let executor = asUnownedTaskExecutor()
        let current = UInt(pthread_self())
        queue.withLock { $0.members.append(current) }
        while true {
            switch queue.withLock({ $0.next(for: current) }) {
            case .job(let job): job.runSynchronously(on: executor)
            case .batch(let network): network.answerBatch(of: lane) { announce(network, wakes: true) }
            case .none: signal.wait()
            case .end: return
            }
        }
    }
}

extension InferenceThreads.Queue {
    /// What a thread does next; one that is told of nothing counts as asleep, one that is told of the end as gone.
    fileprivate mutating func next(for thread: UInt) -> InferenceThreads.Work {
        if !networks.isEmpty, jobs.isEmpty || jobsInARow >= InferenceThreads.tasksInARow {
            jobsInARow = 0
            return .batch(networks.removeFirst())
        }
        if !jobs.isEmpty {
            jobsInARow += 1
            return .job(jobs.removeFirst())
        }
        guard !isStopped else {
            members.removeAll { $0 == thread }
            return .end
        }
        sleepers += 1
        return .none
    }
}
