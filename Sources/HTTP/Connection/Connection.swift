import Glibc
import HTTPTypes

/// One client's connection: performs what its `ConnectionMachine` decides, on the thread of its event loop.
actor Connection: Pollable {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.unownedExecutor }
    nonisolated let responder: any Responder
    nonisolated let peer: PeerAddress

    var machine: ConnectionMachine
    var outbound = OutboundQueue()
    var exchange: Exchange?
    var exchangeCount: UInt64 = 0
    /// Writers that wait until everything queued is sent.
    var waitingWriters: [CheckedContinuation<Void, any Error>] = []

    /// What the answer that is being sent keeps.
    var kept: (any Sendable)?

    private var socket: ConnectedSocket?
    private var token: UInt64 = 0
    private var parser: RequestParser
    /// Bytes that have arrived and that it is not yet time to parse, from `unparsedStart` on.
    private var unparsed: [UInt8] = []
    private var unparsedStart = 0
    /// Whether the socket may hold bytes, or the end of them, that have not been received.
    private(set) var isReadable = true
    /// Whether the client has closed its side.
    private var peerHasEnded = false
    private var deadline = ConnectionMachine.Deadline.none
    private var deadlineTime = MonotonicTime.never
    /// The earliest time at which the loop will call `deadlineReached`.
    private var armedTime = MonotonicTime.never

    init(
        socket: ConnectedSocket,
        peer: PeerAddress,
        loop: EventLoop,
        responder: any Responder,
        isReserved: Bool = false
    ) {
        machine = ConnectionMachine(isReserved: isReserved)
        self.socket = socket
        self.peer = peer
        self.loop = loop
        self.responder = responder
        self.parser = RequestParser(limits: responder.limits.wire)
    }

    /// Starts to serve.
    func open() {
        guard let socket else { return }
        do {
            token = try loop.assumeIsolated { loop in
                try loop.register(socket.descriptor, for: self, edgeTriggered: true)
            }
        } catch {
            return closeSocket()
        }
        turn()
    }

    /// Closes once the request that is being answered is done, or one that is on its way.
    func drain() {
        if exchange?.endsOnDrain == true {
            exchange?.hasEndedEarly = true
            exchange?.task?.cancel()
        }
        machine.drain()
        updateDeadline()
    }

    /// Makes one that was reserved for probes a connection as any other, since a place fell free.
    func promote() {
        machine.promote()
        updateDeadline()
    }

    /// Closes at once, since a newer one takes the place; says why where nothing has been said.
    func giveWay() {
        if exchange == nil, socket != nil {
            refuse(with: responder.tooManyConnections)
            flush()
        }
        perform(machine.broke())
    }

    /// Cancels the handler and closes.
    func abort() {
        perform(machine.broke())
    }

    func ready(_ readiness: Readiness) {
        if readiness.contains(.broken) { return perform(machine.broke()) }
        if readiness.contains(.readable) { isReadable = true }
        if readiness.contains(.inputEnded) {
            (isReadable, peerHasEnded) = (true, true)
            machine.endAnnounced()
        }
        if readiness.contains(.writable) || machine.wantsInput { turn() } else { updateDeadline() }
    }

    func deadlineReached(_ now: MonotonicTime) {
        // A call that was asked for before a later one took its place says nothing, and must not ask for another.
        guard armedTime <= now else { return }
        armedTime = .never
        guard deadlineTime <= now else { return arm() }
        deadlineTime = .never
        deadline = .none
        perform(machine.deadlinePassed())
        turn()
    }

    /// Does everything that can be done without waiting: reads, parses, answers, writes.
    func turn() {
        flush()
        while machine.wantsInput, let socket {
            if unparsedStart < unparsed.count {
                parseUnparsed()
                continue
            }
            // What was parsed together is answered in one call.
            flush()
            guard isReadable, machine.wantsInput else { break }
            receive(from: socket)
        }
        flush()
        updateDeadline()
    }

    // MARK: Input

    private func receive(from socket: ConnectedSocket) {
        var buffer = loop.assumeIsolated { $0.takeBuffer() }
        switch socket.receive(into: &buffer) {
        case .moved(let count):
            // With an edge-triggered descriptor, a short read means that the socket is empty (epoll(7)).
            isReadable = count == buffer.count || peerHasEnded
            restartDeadline()
            let parsed = parse(buffer.span.extracting(0..<count))
            if parsed < count {
                unparsed = Array(buffer[parsed..<count])
                unparsedStart = 0
            }
        case .wouldBlock:
            isReadable = false
            inputUsedUp()
        case .ended:
            isReadable = false
            perform(machine.inputEnded())
        case .broken: perform(machine.broke())
        }
        let lent = buffer
        loop.assumeIsolated { $0.returnBuffer(lent) }
    }

    private func parseUnparsed() {
        let pending = unparsed
        let parsed = parse(pending.span.extracting(unparsedStart..<pending.count))
        unparsedStart += parsed
        if unparsedStart == unparsed.count { (unparsed, unparsedStart) = ([], 0) }
    }

    /// Parses while it is time to; returns the number of bytes used up.
    private func parse(_ input: Span<UInt8>) -> Int {
        var position = 0
        guard machine.phase != .lingering else { return input.count }
        do throws(WireError) {
            while machine.wantsInput {
                guard machine.phase != .lingering else { return input.count }
                guard let event = try parser.next(input, from: &position) else {
                    if parser.isInsideHead { machine.headBegan() }
                    break
                }
                switch event {
                case .head(let head): begin(head)
                case .body(let range): take(input.extracting(range))
                case .end: endRequest()
                }
            }
        } catch {
            refuse(error)
            return input.count
        }
        inputUsedUp()
        return position
    }

    // MARK: Output and time

    /// Sends what is queued, if it can be sent.
    func flush() {
        guard let socket, !outbound.isEmpty || machine.phase == .closing || machine.phase == .lingering else { return }
        var sent = 0
        let outcome = outbound.flush(to: socket, sent: &sent)
        if sent > 0 { restartDeadline() }
        switch outcome {
        case .sent:
            kept = nil
            perform(machine.outputSent(hasUnreadInput: hasUnreadInput))
            resumeWriters()
        case .blocked: machine.outputBlocked()
        case .broken: perform(machine.broke())
        }
    }

    func perform(_ action: ConnectionMachine.Action) {
        switch action {
        case .nothing: break
        case .close: closeSocket()
        case .abort:
            socket?.resetOnClose()
            closeSocket()
        case .endOutput: socket?.endOutput()
        case .cancelHandler: exchange?.task?.cancel()
        case .refuseAsTooSlow:
            refuse(WireError(.requestTimeout, "the request did not arrive in time"))
        case .refuseAsTooMany: refuse(with: responder.tooManyConnections)
        }
    }

    private func closeSocket() {
        guard let socket else { return }
        self.socket = nil
        loop.assumeIsolated { $0.unregister(socket.descriptor) }
        endExchangeWithoutAnswer()
        for writer in waitingWriters { writer.resume(throwing: CancellationError()) }
        waitingWriters = []
        (unparsed, unparsedStart) = ([], 0)
        outbound = OutboundQueue()
        kept = nil
        responder.connectionClosed(self)
    }

    private func resumeWriters() {
        let writers = waitingWriters
        waitingWriters = []
        for writer in writers { writer.resume() }
    }

    /// Whether bytes of the client have arrived that no request has used.
    private var hasUnreadInput: Bool { isReadable || unparsedStart < unparsed.count }

    /// Bytes have moved, so that what waits for progress waits anew; a head has one time-out for all of it.
    private func restartDeadline() {
        if deadline == .body || deadline == .write { deadline = .none }
    }

    /// Lets the time-out run that belongs to what we wait for.
    func updateDeadline() {
        let wanted = socket == nil ? .none : machine.deadline
        guard wanted != deadline else { return }
        deadline = wanted
        deadlineTime =
            responder.timeouts.nanoseconds(wanted).map { MonotonicTime.now.advanced(by: $0) } ?? .never
        arm()
    }

    /// Makes sure that the loop calls no later than at the deadline.
    private func arm() {
        guard deadlineTime < armedTime else { return }
        armedTime = deadlineTime
        let (token, time) = (token, deadlineTime)
        loop.assumeIsolated { $0.arm(token, at: time) }
    }
}
