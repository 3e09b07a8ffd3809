import Dispatch
import Glibc
import Synchronization

/// Runs the jobs of every actor that lives on one event loop, and calls to them, on that loop's serial queue.
final class LoopExecutor: SerialExecutor {
    let queue: DispatchQueue
    /// What reads once more at the end of the turn; it is used on the queue alone, which makes that safe.
    nonisolated(unsafe) private var readers: [Watch] = []
    /// The thread that runs something for the queue now; zero for none.
    private let thread = Atomic<UInt>(0)

    init(name: String) {
        queue = DispatchQueue(label: name)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { self.run { job.runSynchronously(on: self.asUnownedSerialExecutor()) } }
    }

    /// Has the queue make a call, for which nobody waits as one waits for a call to an actor.
    func perform(_ call: @escaping @Sendable () -> Void) {
        queue.async { self.run(call) }
    }

    /// Runs what the queue was given, so that it is known to be on the queue.
    ///
    /// To remember the thread is cheaper than to ask with `getSpecific`, which looks a key up for every question.
    func run(_ body: () -> Void) {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        body()
        thread.store(0, ordering: .relaxed)
    }

    /// Has the watch read once more when all that the queue holds now is done.
    func readAgain(_ watch: Watch) {
        readers.append(watch)
        guard readers.count == 1 else { return }
        queue.async {
            self.run {
                let readers = exchange(&self.readers, with: [])
                for reader in readers { reader.readAgain() }
            }
        }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    func isIsolatingCurrentContext() -> Bool? {
        thread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
