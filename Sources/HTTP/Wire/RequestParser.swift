/// What the bytes of a connection say, one thing at a time.
package enum RequestEvent: Sendable {
    /// A request begins.
    case head(RequestHead)

    /// These bytes of the input are the next of the body.
    case body(Range<Int>)

    /// The request is whole.
    case end
}

/// Turns the bytes of one connection into requests, however the network cuts them (RFC 9112).
///
/// It knows no socket and no clock. After an error the place where the next request starts is unknown, so the
/// connection must close.
package struct RequestParser: Sendable {
    private enum State: Sendable {
        case head
        case body(Int)
        case chunked(ChunkedDecoder)
        case end
    }

    private let limits: WireLimits
    private var state = State.head
    private var heads: HeadParser

    package init(limits: WireLimits = WireLimits()) {
        self.limits = limits
        self.heads = HeadParser(limits: limits)
    }

    /// Whether some bytes of a head have arrived but not all.
    package var isInsideHead: Bool { heads.isPartial }

    /// The next event in `input` from `position` on, which moves behind it; nil when the input is used up.
    package mutating func next(_ input: Span<UInt8>, from position: inout Int) throws(WireError) -> RequestEvent? {
        switch state {
        case .head:
            guard position < input.count, let head = try heads.next(input, from: &position) else { return nil }
            switch head.framing {
            case .none: state = .end
            case .length(let length): state = .body(length)
            case .chunked: state = .chunked(ChunkedDecoder(limits: limits))
            }
            return .head(head)
        case .body(let remaining):
            guard position < input.count else { return nil }
            let start = position
            position += min(remaining, input.count - position)
            let left = remaining - (position - start)
            state = left > 0 ? .body(left) : .end
            return .body(start..<position)
        case .chunked(var decoder):
            state = .end
            let piece = try decoder.next(input, from: &position)
            guard piece != .end else { return finish() }
            state = .chunked(decoder)
            guard case .data(let range) = piece else { return nil }
            return .body(range)
        case .end:
            return finish()
        }
    }

    private mutating func finish() -> RequestEvent {
        state = .head
        return .end
    }
}
