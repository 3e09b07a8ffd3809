import Dispatch
import Glibc

/// What watches one descriptor for its owner; everything here happens on the queue of the loop, which makes it safe to
/// send.
///
/// Dispatch has only level-triggered sources, so a source whose owner does not take what there is would fire for ever:
/// it is suspended then. While it is, nobody hears that the client has gone, nor does a source ever say whether the
/// client has closed one side or both; so the socket is asked, and asked again every so often.
final class Watch: @unchecked Sendable {
    /// Whether a socket that had input is read once more before Dispatch watches it again.
    ///
    /// To arm a source takes two `epoll_ctl`, a write and a read of the eventfd and an `epoll_wait` of Dispatch's own
    /// thread. Under load the next request has often arrived by the end of the turn, and then all of that is saved;
    /// else one `recv` is lost.
    private static let readsAgain = true
    /// How often a client is asked for whose input waits.
    private static let interval = DispatchTimeInterval.milliseconds(50)

    private(set) var owner: (any Pollable)?
    private let descriptor: Descriptor
    /// Whether the owner takes connections rather than bytes.
    private let isListening: Bool
    private let executor: LoopExecutor
    private let input: any DispatchSourceRead
    private var output: (any DispatchSourceWrite)?
    private var inputIsSuspended = false
    private var outputIsSuspended = false
    /// Whether the owner is being told of input.
    private var isTelling = false
    /// What the owner's last `receive` since it was told came to; nil for none.
    private var received: ConnectedSocket.Outcome?
    /// Whether the owner knows that the client has closed its side.
    private var endIsKnown = false
    private var checkIsPlanned = false

    init(_ descriptor: Descriptor, for owner: any Pollable, isListening: Bool, executor: LoopExecutor) {
        self.descriptor = descriptor
        self.owner = owner
        self.isListening = isListening
        self.executor = executor
        input = DispatchSource.makeReadSource(fileDescriptor: descriptor.raw, queue: executor.queue)
    }

    /// Starts.
    func activate() {
        input.setEventHandler { [self] in executor.run { inputIsReady() } }
        input.setCancelHandler { [descriptor] in withExtendedLifetime(descriptor) {} }
        input.activate()
        descriptor.watch = self
    }

    /// Forgets the owner; the descriptor is held until Dispatch has let go of it.
    func cancel() {
        owner = nil
        descriptor.watch = nil
        // Until Dispatch has let go of it, the system would still take connections for a listening socket.
        if isListening { shutdown(descriptor.raw, Int32(SHUT_RD)) }
        input.cancel()
        resumeInput()
        output?.cancel()
        resumeOutput()
    }

    // MARK: Input

    /// The owner has asked for input.
    func received(_ outcome: ConnectedSocket.Outcome, mayHaveMore: Bool) {
        received = outcome
        guard !isTelling, !mayHaveMore else { return }
        waitForInput(after: outcome)
    }

    private func inputIsReady() {
        guard !isListening else {
            owner?.assumeIsolated { $0.ready(.readable) }
            return
        }
        if Self.readsAgain { suspendInput() }
        tellOfInput()
        guard owner != nil else { return }
        switch received {
        case nil:
            suspendInput()
            check()
        case .moved where Self.readsAgain: executor.readAgain(self)
        case let outcome?: waitForInput(after: outcome)
        }
    }

    /// Reads once more, at the end of the turn.
    func readAgain() {
        guard owner != nil, inputIsSuspended, !endIsKnown else { return }
        tellOfInput()
        guard owner != nil else { return }
        if case .moved = received { executor.readAgain(self) } else { waitForInput(after: received ?? .wouldBlock) }
    }

    private func tellOfInput() {
        (received, isTelling) = (nil, true)
        owner?.assumeIsolated { $0.ready(.readable) }
        isTelling = false
    }

    private func waitForInput(after outcome: ConnectedSocket.Outcome) {
        switch outcome {
        case .moved, .wouldBlock: resumeInput()
        case .ended:
            endIsKnown = true
            suspendInput()
            planCheck()
        case .broken: break
        }
    }

    private func resumeInput() {
        guard inputIsSuspended else { return }
        inputIsSuspended = false
        input.resume()
    }

    private func suspendInput() {
        guard !inputIsSuspended else { return }
        inputIsSuspended = true
        input.suspend()
    }

    private func planCheck() {
        guard !checkIsPlanned else { return }
        checkIsPlanned = true
        executor.queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in
            guard let self else { return }
            executor.run {
                self.checkIsPlanned = false
                self.check()
            }
        }
    }

    /// Asks the socket what a source does not say.
    private func check() {
        guard let owner, inputIsSuspended else { return }
        let endOfInput: Int16 = 0x2000  // POLLRDHUP, which the Glibc module leaves out
        var state = pollfd(fd: descriptor.raw, events: endOfInput, revents: 0)
        guard poll(&state, 1, 0) > 0 else { return planCheck() }
        if state.revents & Int16(POLLHUP | POLLERR) != 0 { return owner.assumeIsolated { $0.ready(.broken) } }
        if !endIsKnown {
            endIsKnown = true
            owner.assumeIsolated { $0.ready(.inputEnded) }
        }
        planCheck()
    }

    // MARK: Output

    /// The client takes no more for now: the owner hears when it does.
    func awaitOutput() {
        guard output == nil else { return resumeOutput() }
        let output = DispatchSource.makeWriteSource(fileDescriptor: descriptor.raw, queue: executor.queue)
        output.setEventHandler { [self] in
            executor.run {
                guard let owner else { return }
                self.output?.suspend()
                outputIsSuspended = true
                owner.assumeIsolated { $0.ready(.writable) }
            }
        }
        output.setCancelHandler { [descriptor] in withExtendedLifetime(descriptor) {} }
        self.output = output
        output.activate()
    }

    private func resumeOutput() {
        guard outputIsSuspended else { return }
        outputIsSuspended = false
        output?.resume()
    }
}
