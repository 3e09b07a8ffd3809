import CLinux
import Dispatch
import Glibc
import Synchronization

/// Runs the jobs of every actor that lives on one event loop, and calls to them, on that loop's thread.
final class LoopExecutor: SerialExecutor {
    /// Something to be done on the thread.
    private enum Work {
        case job(UnownedJob)
        case call(@Sendable () -> Void)
    }

    private struct State {
        var work: [Work] = []
        /// Whether the thread waits in `epoll_wait` and has to be woken.
        var isAsleep = false
        /// Whether the thread has ended.
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)
    /// An eventfd whose readiness wakes the thread.
    let wakeup: Descriptor
    /// Runs what is still enqueued after the thread has ended, so that no late task hangs.
    private let afterwards = DispatchQueue(label: "http.loop.afterwards")

    init() throws(SystemError) {
        let raw = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard raw >= 0 else { throw SystemError("eventfd") }
        wakeup = Descriptor(owning: raw)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        enqueue(.job(UnownedJob(job)))
    }

    /// Has the thread make a call, for which nobody waits as one waits for a call to an actor.
    func perform(_ call: @escaping @Sendable () -> Void) {
        enqueue(.call(call))
    }

    private func enqueue(_ work: Work) {
        let (mustWake, hasEnded) = state.withLock { state in
            guard !state.hasEnded else { return (false, true) }
            state.work.append(work)
            defer { state.isAsleep = false }
            return (state.isAsleep, false)
        }
        if mustWake { wake() }
        if hasEnded { afterwards.async { self.run(work) } }
    }

    private func run(_ work: Work) {
        switch work {
        case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
        case .call(let call): call()
        }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    func isIsolatingCurrentContext() -> Bool? {
        isCurrent
    }

    func checkIsolated() {
        precondition(isCurrent, "this runs on the thread of its event loop alone")
    }

    private var isCurrent: Bool {
        thread.load(ordering: .relaxed) == UInt(pthread_self()) || state.withLock { $0.hasEnded }
    }

    /// Makes the calling thread the one that runs the jobs.
    func adoptThread() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
    }

    /// Whether the thread may sleep: true, and recorded, when nothing waits.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.work.isEmpty
            return state.isAsleep
        }
    }

    /// Does what is enqueued now; what that enqueues comes next time.
    func runEnqueued() {
        let work = state.withLock { state in
            state.isAsleep = false
            guard !state.work.isEmpty else { return [Work]() }
            return exchange(&state.work, with: [])
        }
        for one in work { run(one) }
    }

    /// Stops taking work if none waits; false when the thread must go on.
    func end() -> Bool {
        state.withLock { state in
            state.hasEnded = state.work.isEmpty
            return state.hasEnded
        }
    }

    private func wake() {
        var one: UInt64 = 1
        // The counter of an eventfd cannot overflow from wake-ups, so the write cannot fail.
        _ = write(wakeup.raw, &one, 8)
    }

    /// Takes the wake-ups that have arrived.
    func acknowledgeWakeup() {
        var count: UInt64 = 0
        _ = read(wakeup.raw, &count, 8)
    }
}
