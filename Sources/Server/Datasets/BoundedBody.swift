import HTTP
import HTTPTypes

/// The chunks of a body up to a limit that only the handler knows.
struct BoundedBody: AsyncSequence, Sendable {
    let body: RequestBody
    let limit: Int

    struct AsyncIterator: AsyncIteratorProtocol {
        var chunks: RequestBody.AsyncIterator
        let limit: Int
        var count = 0

        /// The next chunk; throws a `Problem` with 413 past the limit.
        mutating func next() async throws -> [UInt8]? {
            guard let chunk = try await chunks.next() else { return nil }
            count += chunk.count
            guard count <= limit else {
                throw Problem(
                    .contentTooLarge,
                    detail: "the body is longer than \(limit) bytes, which is the limit here"
                )
            }
            return chunk
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: body.makeAsyncIterator(), limit: limit) }
}
