import Dispatch
import Glibc

/// What is ready on a descriptor.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt8

    static let readable = Readiness(rawValue: 1)
    static let writable = Readiness(rawValue: 2)
    /// The peer has sent all it will send; it may still read.
    static let inputEnded = Readiness(rawValue: 4)
    /// The connection is broken both ways.
    static let broken = Readiness(rawValue: 8)
}

/// An actor that lives on an event loop and hears of its descriptor.
protocol Pollable: Actor {
    func ready(_ readiness: Readiness)
    func deadlineReached(_ now: MonotonicTime)
}

/// One serial queue, on which sockets and the actors that own them live, watched by dispatch sources.
actor EventLoop {
    private struct Slot {
        var watch: Watch?
        var generation: UInt32 = 0
    }

    nonisolated let executor: LoopExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let timer: any DispatchSourceTimer
    /// When the timer fires.
    private var timerTime = MonotonicTime.never
    private var slots: [Slot] = []
    private var registered = 0
    private var timers = TimerHeap()
    private var buffer: [UInt8]? = nil
    private var isStopping = false
    private var dateSecond = 0
    private var date: [UInt8] = []

    /// Starts the queue; it cannot fail.
    init(name: String) throws(SystemError) {
        executor = LoopExecutor(name: name)
        let timer = DispatchSource.makeTimerSource(flags: .strict, queue: executor.queue)
        self.timer = timer
        timer.setEventHandler { [self] in
            executor.run { assumeIsolated { $0.timerFired() } }
        }
        timer.activate()
    }

    /// Lets the queue end once nothing is registered.
    func stop() {
        isStopping = true
        endIfIdle()
    }

    // MARK: For the actors on this loop

    /// Watches the descriptor for input, output and hang-up until `unregister`; returns the owner's token.
    func register(_ descriptor: Descriptor, for owner: any Pollable, edgeTriggered: Bool) throws(SystemError) -> UInt64
    {
        let index = Int(descriptor.raw)
        while slots.count <= index { slots.append(Slot()) }
        slots[index].generation &+= 1
        let generation = slots[index].generation
        let watch = Watch(descriptor, for: owner, isListening: !edgeTriggered, executor: executor)
        slots[index].watch = watch
        watch.activate()
        registered += 1
        return UInt64(generation) << 32 | UInt64(index)
    }

    /// Forgets the descriptor and its owner; to be called before it is closed.
    func unregister(_ descriptor: Descriptor) {
        let index = Int(descriptor.raw)
        guard index < slots.count, let watch = slots[index].watch else { return }
        slots[index].watch = nil
        watch.cancel()
        registered -= 1
        endIfIdle()
    }

    /// Calls the owner's `deadlineReached` at that time or soon after.
    func arm(_ token: UInt64, at time: MonotonicTime) {
        timers.insert(time, token: token)
        setTimer(to: time)
    }

    /// Lends the loop's read buffer, which must come back through `returnBuffer` within the same turn.
    func takeBuffer() -> [UInt8] {
        defer { buffer = nil }
        return buffer ?? [UInt8](repeating: 0, count: 65_536)
    }

    func returnBuffer(_ lent: consuming [UInt8]) {
        buffer = lent
    }

    /// The value of the `Date` field, made once a second.
    func currentDate() -> [UInt8] {
        let second = time(nil)
        if second != dateSecond {
            dateSecond = second
            date = Array(HTTPDate.text(secondsSince1970: second).utf8)
        }
        return date
    }

    // MARK: The timer

    private func timerFired() {
        timerTime = .never
        let now = MonotonicTime.now
        while let token = timers.popDue(at: now) {
            owner(of: token)?.assumeIsolated { $0.deadlineReached(now) }
        }
        if let next = timers.next { setTimer(to: next) }
    }

    private func setTimer(to time: MonotonicTime) {
        guard time < timerTime else { return }
        timerTime = time
        timer.schedule(deadline: DispatchTime(uptimeNanoseconds: time.nanoseconds), leeway: .milliseconds(1))
    }

    private func endIfIdle() {
        // The source holds its handler, and that holds the loop.
        if isStopping, registered == 0 { timer.cancel() }
    }

    private func owner(of token: UInt64) -> (any Pollable)? {
        let index = Int(token & 0xFFFF_FFFF)
        guard index < slots.count, slots[index].generation == UInt32(token >> 32) else { return nil }
        return slots[index].watch?.owner
    }
}
