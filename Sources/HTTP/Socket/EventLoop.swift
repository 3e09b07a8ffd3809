import CLinux
import Foundation
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

/// One thread with one epoll instance, on which sockets and the actors that own them live.
///
/// A connection stays on its loop, so its bytes are read, parsed, answered and written without a lock or a change of
/// thread. Each descriptor is registered once, edge-triggered, so a request costs one `recv`, one `send` and its share
/// of an `epoll_wait`. On dispatch sources, which `Benchmarks/Readiness` measures, an event passes through Dispatch's
/// own thread and the source is armed anew: a lone connection's request took 1.4 times the processor time, a prediction
/// up to 1.5 times.
actor EventLoop {
    private struct Slot {
        var owner: (any Pollable)?
        var generation: UInt32 = 0
    }

    nonisolated let executor: LoopExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private static let batch = 256
    private let epoll: Descriptor
    private var slots: [Slot] = []
    private var registered = 0
    private var timers = TimerHeap()
    private var buffer: [UInt8]? = nil
    private var isStopping = false
    private var dateSecond = 0
    private var date: [UInt8] = []
    private var events = [epoll_event](repeating: epoll_event(), count: batch)

    /// Starts the thread.
    init(name: String) throws(SystemError) {
        executor = try LoopExecutor()
        let raw = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard raw >= 0 else { throw SystemError("epoll_create1") }
        epoll = Descriptor(owning: raw)
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: .max))
        guard epoll_ctl(raw, EPOLL_CTL_ADD, executor.wakeup.raw, &event) == 0 else { throw SystemError("epoll_ctl") }
        Thread.detachNewThread {
            pthread_setname_np(UInt(pthread_self()), name)
            self.runThread()
        }
    }

    /// Lets the thread end once nothing is registered and nothing is enqueued.
    func stop() {
        isStopping = true
    }

    // MARK: For the actors on this loop

    /// Watches the descriptor for input, output and hang-up until `unregister`; returns the owner's token.
    func register(_ descriptor: Descriptor, for owner: any Pollable, edgeTriggered: Bool) throws(SystemError) -> UInt64
    {
        let index = Int(descriptor.raw)
        while slots.count <= index { slots.append(Slot()) }
        slots[index].generation &+= 1
        slots[index].owner = owner
        let token = UInt64(slots[index].generation) << 32 | UInt64(index)
        let interest = EPOLLIN.rawValue | EPOLLRDHUP.rawValue
        var event = epoll_event(
            events: edgeTriggered ? interest | EPOLLOUT.rawValue | EPOLLET.rawValue : interest,
            data: epoll_data_t(u64: token)
        )
        guard epoll_ctl(epoll.raw, EPOLL_CTL_ADD, descriptor.raw, &event) == 0 else {
            let error = SystemError("epoll_ctl")
            slots[index].owner = nil
            throw error
        }
        registered += 1
        return token
    }

    /// Forgets the descriptor and its owner; to be called before it is closed.
    func unregister(_ descriptor: Descriptor) {
        let index = Int(descriptor.raw)
        guard index < slots.count, slots[index].owner != nil else { return }
        slots[index].owner = nil
        registered -= 1
        epoll_ctl(epoll.raw, EPOLL_CTL_DEL, descriptor.raw, nil)
    }

    /// Calls the owner's `deadlineReached` at that time or soon after.
    func arm(_ token: UInt64, at time: MonotonicTime) {
        timers.insert(time, token: token)
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

    // MARK: The thread

    private nonisolated func runThread() {
        executor.adoptThread()
        var mayEnd = false
        while !(mayEnd && executor.end()) {
            let maySleep = executor.prepareToSleep()
            assumeIsolated { $0.poll(maySleep: maySleep) }
            executor.runEnqueued()
            mayEnd = assumeIsolated { $0.isStopping && $0.registered == 0 }
        }
    }

    private func poll(maySleep: Bool) {
        let count = epoll_wait(epoll.raw, &events, Int32(Self.batch), maySleep ? timeout() : 0)
        for index in 0..<Int(max(0, count)) { dispatch(events[index]) }
        guard let next = timers.next else { return }
        let now = MonotonicTime.now
        guard next <= now else { return }
        while let token = timers.popDue(at: now) {
            owner(of: token)?.assumeIsolated { $0.deadlineReached(now) }
        }
    }

    /// Milliseconds until the next deadline, rounded up; −1 without one.
    private func timeout() -> Int32 {
        guard !(isStopping && registered == 0) else { return 0 }
        guard let next = timers.next else { return -1 }
        let now = MonotonicTime.now
        guard next > now else { return 0 }
        return Int32(clamping: (next.nanoseconds - now.nanoseconds + 999_999) / 1_000_000)
    }

    private func dispatch(_ event: epoll_event) {
        guard event.data.u64 != .max else { return executor.acknowledgeWakeup() }
        guard let owner = owner(of: event.data.u64) else { return }
        var readiness: Readiness = []
        if event.events & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
        if event.events & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
        if event.events & EPOLLRDHUP.rawValue != 0 { readiness.insert(.inputEnded) }
        if event.events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { readiness.insert(.broken) }
        owner.assumeIsolated { $0.ready(readiness) }
    }

    private func owner(of token: UInt64) -> (any Pollable)? {
        let index = Int(token & 0xFFFF_FFFF)
        guard index < slots.count, slots[index].generation == UInt32(token >> 32) else { return nil }
        return slots[index].owner
    }
}
