import HTTP
import Testing

/// The decisions of a connection, without a socket.
struct ConnectionMachineTests {
    /// A machine that has a whole request.
    private func busy(keepsAlive: Bool = true) -> ConnectionMachine {
        var machine = ConnectionMachine()
        machine.headArrived(keepsAlive: keepsAlive, expectsContinue: false)
        machine.requestEnded()
        return machine
    }

    /// A machine that has a head and waits for its body.
    private func awaitingBody(expectsContinue: Bool = false) -> ConnectionMachine {
        var machine = ConnectionMachine()
        machine.headArrived(keepsAlive: true, expectsContinue: expectsContinue)
        return machine
    }

    @Test func `a connection that persists waits for the next request`() {
        var machine = busy()
        #expect(!machine.wantsInput)

        machine.responseStarted()
        machine.responseEnded()

        #expect(machine.phase == .idle)
        #expect(machine.wantsInput)
        #expect(machine.deadline == .idle)
    }

    @Test func `a connection that does not persist closes when its answer is sent`() {
        var machine = busy(keepsAlive: false)
        #expect(machine.closesAfterResponse)

        machine.responseStarted()
        machine.responseEnded()

        #expect(machine.phase == .closing)
        #expect(machine.outputSent(hasUnreadInput: false) == .close)
    }

    @Test func `a connection with unread input lingers until the client closes`() {
        var machine = busy(keepsAlive: false)
        machine.responseStarted()
        machine.responseEnded()

        #expect(machine.outputSent(hasUnreadInput: true) == .endOutput)
        #expect(machine.wantsInput)
        #expect(machine.deadline == .linger)
        #expect(machine.inputEnded() == .close)
    }

    @Test func `an answer before the end of the body closes the connection`() {
        var machine = awaitingBody()
        #expect(machine.closesAfterResponse)

        machine.responseStarted()
        machine.responseEnded()

        #expect(machine.phase == .lingering)
    }

    @Test func `a body is read only while somebody waits for it`() {
        var machine = awaitingBody()
        #expect(!machine.wantsInput)
        #expect(machine.deadline == .none)

        #expect(machine.handlerWantsBody() == false)
        #expect(machine.wantsInput)
        #expect(machine.deadline == .body)

        machine.handlerHasBody()
        #expect(!machine.wantsInput)
    }

    @Test func `100 Continue is owed once, and not after the answer has begun`() {
        var machine = awaitingBody(expectsContinue: true)
        #expect(machine.handlerWantsBody() == true)
        #expect(machine.handlerWantsBody() == false)

        var answered = awaitingBody(expectsContinue: true)
        answered.responseStarted()
        #expect(answered.handlerWantsBody() == false)
    }

    @Test func `the next request is not read while an answer waits to be sent`() {
        var machine = busy()
        machine.responseStarted()
        machine.responseEnded()

        machine.outputBlocked()
        #expect(!machine.wantsInput)
        #expect(machine.deadline == .write)

        #expect(machine.outputSent(hasUnreadInput: false) == .nothing)
        #expect(machine.wantsInput)
    }

    @Test func `time running out does what fits what was awaited`() {
        var idle = ConnectionMachine()
        #expect(idle.deadlinePassed() == .close)

        var head = ConnectionMachine()
        head.headBegan()
        #expect(head.deadline == .head)
        #expect(head.deadlinePassed() == .refuseAsTooSlow)

        var body = awaitingBody()
        _ = body.handlerWantsBody()
        #expect(body.deadlinePassed() == .refuseAsTooSlow)

        var streaming = awaitingBody()
        streaming.responseStarted()
        _ = streaming.handlerWantsBody()
        #expect(streaming.deadlinePassed() == .abort)

        var blocked = busy()
        blocked.outputBlocked()
        #expect(blocked.deadlinePassed() == .abort)
        #expect(blocked.phase == .closed)
    }

    @Test func `a client that closes its side is answered, and its handler cancelled once if that takes long`() {
        var machine = busy()
        #expect(machine.inputEnded() == .nothing)
        #expect(machine.deadline == .halfClose)

        #expect(machine.deadlinePassed() == .cancelHandler)

        #expect(machine.deadline == .none)
        #expect(machine.phase == .exchange)
    }

    @Test func `a client that closes inside its body is gone`() {
        var machine = awaitingBody()
        #expect(machine.inputEnded() == .abort)
        #expect(machine.phase == .closed)
    }

    @Test func `draining leaves an idle connection a moment for a request, and lets a busy one finish`() {
        var idle = ConnectionMachine()
        idle.drain()
        #expect(idle.deadline == .last)
        #expect(idle.wantsInput && idle.closesAfterResponse)
        #expect(idle.deadlinePassed() == .close)

        var machine = busy()
        machine.drain()
        #expect(machine.closesAfterResponse)
        machine.responseStarted()
        machine.responseEnded()
        #expect(machine.outputSent(hasUnreadInput: false) == .close)
    }

    @Test func `a reserved connection takes one request in little time, unless a place falls free`() {
        var machine = ConnectionMachine(isReserved: true)
        #expect(machine.deadline == .last)
        machine.headBegan()
        #expect(machine.deadline == .last)
        #expect(machine.closesAfterResponse)
        var late = machine
        #expect(late.deadlinePassed() == .refuseAsTooMany)

        machine.promote()
        #expect(machine.deadline == .head)
    }

    @Test func `a closed connection does nothing more`() {
        var machine = ConnectionMachine()
        #expect(machine.broke() == .abort)

        #expect(machine.broke() == .nothing)
        #expect(machine.inputEnded() == .nothing)
        #expect(machine.deadlinePassed() == .nothing)
        #expect(!machine.wantsInput)
    }
}
