/// What one connection does next: events in, actions out, without a socket or a clock.
///
/// One request is answered at a time, and the next is not read before the answer is written, so pipelined requests are
/// answered in order and wait in the client's own buffers.
package struct ConnectionMachine: Sendable {
    package enum Phase: Sendable {
        /// We wait for the first byte of a request.
        case idle
        /// We wait for the rest of a head.
        case head
        /// We wait for the body, for the handler, or for both.
        case exchange
        /// Everything is answered; we close once it is sent.
        case closing
        /// Everything is answered, but not everything read; once the answer is sent we wait for the client to close,
        /// dropping what it still sends, since closing at once could destroy the answer on its way (RFC 9112 §9.6).
        case lingering
        /// Nothing more happens.
        case closed
    }

    package enum Action: Sendable, Equatable {
        case nothing
        /// Close, all being said.
        case close
        /// Close at once, dropping what is unsent; the handler is cancelled.
        case abort
        /// Tell the client that nothing more will be sent.
        case endOutput
        /// Cancel the handler; what it still answers is sent.
        case cancelHandler
        /// Answer 408 and close.
        case refuseAsTooSlow
        /// Answer 503 and close.
        case refuseAsTooMany
    }

    /// What must happen in time.
    package enum Deadline: Sendable {
        case none, idle, head, body, write, halfClose, linger, last
    }

    package private(set) var phase = Phase.idle
    private var requestIsWhole = false
    private var responseHasStarted = false
    private var keepsAlive = true
    private var handlerWaits = false
    private var owesContinue = false
    private var outputIsBlocked = false
    private var inputHasEnded = false
    private var isDraining = false
    package private(set) var isReserved: Bool

    /// A new connection; one that is reserved is beyond the usual number, takes one request, and has little time for it.
    package init(isReserved: Bool = false) {
        self.isReserved = isReserved
    }

    /// Whether bytes from the client should be read and parsed now.
    package var wantsInput: Bool {
        switch phase {
        case .idle, .head: !outputIsBlocked
        case .exchange: !requestIsWhole && handlerWaits
        case .lingering: true
        case .closing, .closed: false
        }
    }

    /// What we wait for, and so which time-out runs.
    package var deadline: Deadline {
        switch phase {
        case .closed: .none
        case .lingering where !outputIsBlocked: .linger
        case _ where outputIsBlocked: .write
        case .idle: isLast ? .last : .idle
        case .head: isReserved ? .last : .head
        case .exchange where !requestIsWhole && handlerWaits: .body
        case .exchange: inputHasEnded ? .halfClose : .none
        case .closing, .lingering: .write
        }
    }

    /// Whether the next response must say that the connection closes behind it.
    package var closesAfterResponse: Bool {
        !keepsAlive || isLast || !requestIsWhole
    }

    /// Whether the request that is being answered, or else the next one, is the last.
    private var isLast: Bool { isDraining || isReserved }

    /// Bytes of a head have arrived, but not all.
    package mutating func headBegan() {
        if phase == .idle { phase = .head }
    }

    /// A head has arrived.
    package mutating func headArrived(keepsAlive: Bool, expectsContinue: Bool) {
        phase = .exchange
        self.keepsAlive = keepsAlive
        owesContinue = expectsContinue
        (requestIsWhole, responseHasStarted, handlerWaits) = (false, false, false)
    }

    /// The last byte of the request has arrived.
    package mutating func requestEnded() {
        requestIsWhole = true
        handlerWaits = false
        owesContinue = false
    }

    /// Somebody wants the next bytes of the body; true when `100 Continue` must be sent first (RFC 9110 §10.1.1).
    package mutating func handlerWantsBody() -> Bool {
        guard phase == .exchange, !requestIsWhole else { return false }
        handlerWaits = true
        defer { owesContinue = false }
        return owesContinue && !responseHasStarted
    }

    /// The handler has been given what it waited for.
    package mutating func handlerHasBody() {
        handlerWaits = false
    }

    /// The head of the response is being sent.
    package mutating func responseStarted() {
        responseHasStarted = true
        if closesAfterResponse { keepsAlive = false }
    }

    /// The response has no other end than that of the connection (RFC 9112 §6.3).
    package mutating func responseEndsAtClose() {
        keepsAlive = false
    }

    /// The response is complete, though perhaps not yet sent.
    package mutating func responseEnded() {
        guard phase == .exchange else { return }
        handlerWaits = false
        phase = keepsAlive && requestIsWhole && !isLast ? .idle : requestIsWhole ? .closing : .lingering
    }

    /// Everything there was to send is sent.
    package mutating func outputSent(hasUnreadInput: Bool) -> Action {
        outputIsBlocked = false
        switch phase {
        case .closing where !hasUnreadInput: return finish(.close)
        case .closing, .lingering:
            phase = .lingering
            return .endOutput
        case .idle, .head, .exchange, .closed: return .nothing
        }
    }

    /// What arrived is not a request; an answer may be sent, behind which the connection closes.
    package mutating func refused() {
        phase = .exchange
        (keepsAlive, requestIsWhole, responseHasStarted, handlerWaits) = (false, false, false, false)
    }

    /// The client has closed its side, and everything before that has been read or will not be.
    package mutating func inputEnded() -> Action {
        switch phase {
        case .closing, .closed: return .nothing
        case .idle, .head, .lingering: return finish(outputIsBlocked ? .abort : .close)
        case .exchange:
            inputHasEnded = true
            return requestIsWhole ? .nothing : finish(.abort)
        }
    }

    /// The client has closed its side; bytes may still wait before that end.
    package mutating func endAnnounced() {
        inputHasEnded = true
    }

    /// The connection broke.
    package mutating func broke() -> Action {
        phase == .closed ? .nothing : finish(phase == .lingering ? .close : .abort)
    }

    /// Sending has stopped because the client takes no more for now.
    package mutating func outputBlocked() {
        outputIsBlocked = true
    }

    /// The time for `deadline` is over.
    package mutating func deadlinePassed() -> Action {
        switch deadline {
        case .none: return .nothing
        case .idle, .linger: return finish(.close)
        case .last: return isReserved ? .refuseAsTooMany : finish(.close)
        case .head: return .refuseAsTooSlow
        case .body: return responseHasStarted ? finish(.abort) : .refuseAsTooSlow
        case .write: return finish(.abort)
        case .halfClose:
            inputHasEnded = false
            return .cancelHandler
        }
    }

    /// A reserved connection has become one as any other, since a place fell free.
    package mutating func promote() {
        isReserved = false
    }

    /// No further requests are to be taken but one, which may be on its way: a client that has just connected, or that
    /// uses a connection again, doesn't know that we stop.
    package mutating func drain() {
        isDraining = true
    }

    private mutating func finish(_ action: Action) -> Action {
        phase = .closed
        return action
    }
}
