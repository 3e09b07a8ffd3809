import HTTPTypes

/// The body of a request, as chunks in the order of arrival; it can be read once.
///
/// Nothing is read from the client while nobody asks for the next chunk.
public struct RequestBody: AsyncSequence, Sendable {
    /// A chunk.
    public typealias Element = [UInt8]

    enum Source: Sendable {
        case whole([UInt8])
        case connection(Connection, exchange: UInt64)
    }

    let source: Source

    /// The most bytes that will come.
    let limit: Int

    /// The body, if all of it had arrived when the handler was called; always so in a sync handler.
    public var whole: [UInt8]? {
        guard case .whole(let bytes) = source else { return nil }
        return bytes
    }

    /// The whole body; throws a 413 `Problem` where it is longer than `limit`, or than the route allows.
    public func collect(upTo limit: Int = .max) async throws -> [UInt8] {
        if let whole {
            guard whole.count <= limit else { throw Self.tooLarge(limit) }
            return whole
        }
        var bytes: [UInt8] = []
        for try await chunk in self {
            guard bytes.count + chunk.count <= limit else { throw Self.tooLarge(limit) }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }

    static func tooLarge(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, detail: "the body is longer than \(limit) bytes, which is the limit here")
    }

    /// Reads the chunks.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source)
    }

    /// Reads the chunks one by one.
    public struct Iterator: AsyncIteratorProtocol {
        private var source: Source?

        init(source: Source) {
            self.source = source
        }

        /// The next chunk, which is not empty; nil at the end.
        ///
        /// Throws a 413 `Problem` where the body is longer than the route allows, a 400 or 408 `Problem` where it is
        /// malformed or stops coming, and `CancellationError` where the client has gone.
        public mutating func next() async throws -> [UInt8]? {
            switch source {
            case .none: return nil
            case .whole(let bytes):
                source = nil
                return bytes.isEmpty ? nil : bytes
            case .connection(let connection, let exchange):
                let chunk = try await connection.nextChunk(of: exchange)
                if chunk == nil { source = nil }
                return chunk
            }
        }
    }
}
