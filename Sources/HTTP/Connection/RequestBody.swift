import HTTPTypes

/// The body of a request, as chunks in the order of arrival; it can be read once.
///
/// Nothing is read from the client while nobody asks for the next chunk. A body in gzip or deflate arrives decoded.
public struct RequestBody: AsyncSequence, Sendable {
    /// A chunk.
    public typealias Element = [UInt8]

    enum Source: Sendable {
        case whole([UInt8])
        case connection(Connection, exchange: UInt64)
    }

    let source: Source

    /// How the chunks of the source are coded.
    var coding: ContentCoding?

    /// The most bytes that will come, decoded.
    let limit: Int

    /// The most bytes that come of one coded byte.
    var ratio = 1

    /// The body, if all of it had arrived, uncoded, when the handler was called; always so in a sync handler.
    public var whole: [UInt8]? {
        guard case .whole(let bytes) = source, coding == nil else { return nil }
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
            if bytes.isEmpty { bytes = chunk } else { bytes.append(contentsOf: chunk) }
        }
        return bytes
    }

    /// The most that is decoded on an event loop, where it holds up other connections.
    private static let inflatedOnLoop = 1 << 20

    /// The same body decoded, for a sync handler.
    func inflated() throws(Problem) -> RequestBody {
        guard let coding, case .whole(let bytes) = source else { return self }
        let inflater = Inflater(coding, limit: Swift.min(limit, Self.inflatedOnLoop), ratio: ratio)
        var decoded: [UInt8] = []
        inflater.feed(bytes)
        do throws(InflateError) {
            while let piece = try inflater.next() { decoded += piece }
            try inflater.finish()
        } catch {
            throw Problem(error)
        }
        return RequestBody(source: .whole(decoded), limit: limit)
    }

    static func tooLarge(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, detail: "the body is longer than \(limit) bytes, which is the limit here")
    }

    /// Reads the chunks.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: source, inflater: coding.map { Inflater($0, limit: limit, ratio: ratio) })
    }

    /// Reads the chunks one by one.
    public struct Iterator: AsyncIteratorProtocol {
        private var source: Source?
        private let inflater: Inflater?

        init(source: Source, inflater: Inflater?) {
            self.source = source
            self.inflater = inflater
        }

        /// The next chunk, which is not empty; nil at the end.
        ///
        /// Throws a 413 `Problem` where the body is longer than the route allows, a 400 or 408 `Problem` where it is
        /// malformed or stops coming, and `CancellationError` where the client has gone.
        public mutating func next() async throws -> [UInt8]? {
            guard let inflater else { return try await nextOfSource() }
            do {
                while true {
                    if let piece = try inflater.next() { return piece }
                    guard let chunk = try await nextOfSource() else {
                        try inflater.finish()
                        return nil
                    }
                    inflater.feed(chunk)
                }
            } catch let error as InflateError {
                source = nil
                throw Problem(error)
            }
        }

        private mutating func nextOfSource() async throws -> [UInt8]? {
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

extension Problem {
    init(_ error: InflateError) {
        switch error {
        case .malformed: self.init(.badRequest, detail: "the body is not in the format that Content-Encoding names")
        case .truncated: self.init(.badRequest, detail: "the body ends before its compressed data does")
        case .tooLong(let limit): self = RequestBody.tooLarge(limit)
        case .tooDense(let ratio):
            self.init(.contentTooLarge, detail: "the body grows more than \(ratio) times when it is decoded")
        }
    }
}
