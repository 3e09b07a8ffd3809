/// What a connection has yet to send: heads, small bodies and chunks in one buffer, then at most one large body as it is.
struct OutboundQueue: Sendable {
    /// A body up to this size is copied behind its head, so that both leave in one call.
    static let copiedBytes = 16_384
    /// A buffer up to this size is kept for the next answer.
    private static let keptCapacity = 4_096

    private var buffer: [UInt8] = []
    private var bufferSent = 0
    private var large: [UInt8] = []
    private var largeSent = 0

    var isEmpty: Bool { bufferSent == buffer.count && largeSent == large.count }

    var count: Int { buffer.count - bufferSent + large.count - largeSent }

    /// Lets `body` append to the buffer.
    mutating func append<Result>(_ body: (inout [UInt8]) -> Result) -> Result {
        precondition(large.isEmpty, "a large body is sent before anything is queued behind it")
        return body(&buffer)
    }

    mutating func append(_ bytes: [UInt8]) {
        if bytes.count <= Self.copiedBytes {
            append { $0.append(contentsOf: bytes) }
        } else {
            precondition(large.isEmpty, "a large body is sent before anything is queued behind it")
            large = bytes
        }
    }

    enum Outcome {
        case sent, blocked, broken
    }

    /// Sends as much as the socket takes; `sent` counts the bytes.
    mutating func flush(to socket: ConnectedSocket, sent: inout Int) -> Outcome {
        while !isEmpty {
            let isBuffer = bufferSent < buffer.count
            let outcome =
                isBuffer
                ? socket.send(buffer, from: bufferSent, moreFollows: !large.isEmpty)
                : socket.send(large, from: largeSent, moreFollows: false)
            switch outcome {
            case .moved(let count):
                sent += count
                if isBuffer { bufferSent += count } else { largeSent += count }
            case .wouldBlock: return .blocked
            case .broken, .ended: return .broken
            }
        }
        if buffer.capacity > Self.keptCapacity { buffer = [] } else { buffer.removeAll(keepingCapacity: true) }
        (bufferSent, large, largeSent) = (0, [], 0)
        return .sent
    }
}
