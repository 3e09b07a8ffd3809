import Dispatch

/// One thread's worth of a queue, for an actor whose calls block on the disk.
final class SerialThread: SerialExecutor {
    private let queue: DispatchQueue

    /// A queue under a name that a debugger shows.
    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    /// Runs a job of the actor.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
