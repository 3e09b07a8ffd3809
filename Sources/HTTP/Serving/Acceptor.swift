import Logging

/// Takes connections from one listening socket, on one event loop, and hands them out.
actor Acceptor: Pollable {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.unownedExecutor }

    /// At most so many are taken before the loop turns to its other descriptors.
    private static let batch = 64

    private var listener: ListeningSocket?
    private let logger: Logger
    private var nextReport = MonotonicTime(nanoseconds: 0)
    private let accept: @Sendable (ConnectedSocket, PeerAddress) -> Void

    init(
        _ listener: ListeningSocket,
        on loop: EventLoop,
        logger: Logger,
        accept: @escaping @Sendable (ConnectedSocket, PeerAddress) -> Void
    ) {
        self.listener = listener
        self.loop = loop
        self.logger = logger
        self.accept = accept
    }

    func open() throws {
        guard let listener else { return }
        _ = try loop.assumeIsolated { loop in
            try loop.register(listener.descriptor, for: self, edgeTriggered: false)
        }
    }

    /// Has another process that listens on the same port get the connections that are still to come.
    ///
    /// A listening socket takes what waits in it along when it is closed, also a connection that came in the moment since
    /// we last looked.
    ///
    /// - Returns: Whether there is such a process; until `close`, what had begun to come to us is still taken.
    func handOver() -> Bool {
        guard let listener, let handover = PortHandover(of: listener) else { return false }
        for index in 0..<PortHandover.members where handover.choose(index) {
            guard let probe = handover.probe() else { break }
            var isOurs = false
            while takeOne(apartFrom: probe.address, found: &isOurs) {}
            if !isOurs { return true }
        }
        handover.undo()
        return false
    }

    /// Stops listening; connections that the system has already taken for us are served, since nobody else will.
    func close() {
        guard let listener else { return }
        while takeOne() {}
        loop.assumeIsolated { $0.unregister(listener.descriptor) }
        listener.removeFile()
        self.listener = nil
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.batch {
            guard takeOne() else { return }
        }
    }

    func deadlineReached(_ now: MonotonicTime) {}

    private func takeOne() -> Bool {
        var found = false
        return takeOne(apartFrom: nil, found: &found)
    }

    /// Takes a connection; false when none waits.
    ///
    /// One from `own` is dropped, and noted as found.
    private func takeOne(apartFrom own: SocketAddress?, found: inout Bool) -> Bool {
        switch listener?.accept() {
        case .connection(let descriptor, let address):
            if let own, own.isSame(as: address) {
                found = true
                return true
            }
            let socket = ConnectedSocket(descriptor: descriptor)
            socket.disableDelay()
            accept(socket, PeerAddress(address))
            return true
        case .exhausted(let error):
            report(error)
            return false
        case .some(.none), nil:
            return false
        }
    }

    /// Logs why a connection was turned away, at most once a second: there may be very many.
    private func report(_ error: SystemError) {
        let now = MonotonicTime.now
        guard now >= nextReport else { return }
        nextReport = now.advanced(by: 1_000_000_000)
        logger.error("connections are turned away", metadata: ["error": "\(error)"])
    }
}
