import Glibc

/// A connection's descriptor and what can be done with it without waiting.
///
/// What comes of it tells the descriptor's watch what is to be waited for.
struct ConnectedSocket: Sendable {
    let descriptor: Descriptor

    enum Outcome: Equatable {
        /// That many bytes were moved.
        case moved(Int)
        /// Nothing can be moved now.
        case wouldBlock
        /// The peer has sent all it will send.
        case ended
        /// The connection is broken.
        case broken
    }

    /// Sends each answer at once: with Nagle's algorithm it could wait 40 ms for a delayed acknowledgement.
    func disableDelay() {
        var one: Int32 = 1
        // It fails on a Unix domain socket, which has no delay.
        _ = setsockopt(descriptor.raw, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    func receive(into bytes: inout [UInt8]) -> Outcome {
        let outcome = takeInput(into: &bytes)
        descriptor.watch?.received(outcome, mayHaveMore: outcome == .moved(bytes.count))
        return outcome
    }

    private func takeInput(into bytes: inout [UInt8]) -> Outcome {
        while true {
            let count = recv(descriptor.raw, &bytes, bytes.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .broken
        }
    }

    /// Sends from `start` on; a peer that has hung up is an outcome, not a signal.
    func send(_ bytes: [UInt8], from start: Int, moreFollows: Bool) -> Outcome {
        let flags = Int32(MSG_NOSIGNAL) | (moreFollows ? Int32(MSG_MORE) : 0)
        while true {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(descriptor.raw, buffer.baseAddress.map { $0 + start }, buffer.count - start, flags)
            }
            if count >= 0 { return .moved(count) }
            if errno == EINTR { continue }
            guard errno == EAGAIN else { return .broken }
            descriptor.watch?.awaitOutput()
            return .wouldBlock
        }
    }

    /// Tells the peer that nothing more will be sent.
    func endOutput() {
        shutdown(descriptor.raw, Int32(SHUT_WR))
    }

    /// Makes closing drop what is unsent and tell the peer so, since the answer cannot be finished.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(descriptor.raw, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}
