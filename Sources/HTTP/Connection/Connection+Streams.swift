/// Bodies that pass between a connection and the tasks of its handlers.
extension Connection {
    /// The next bytes of the body, waiting for them if need be; nil at the end.
    func nextChunk(of number: UInt64) async throws -> [UInt8]? {
        guard exchange?.number == number else { throw RequestBodyError.exchangeOver }
        if let result = exchange?.body.take() { return try result.get() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { reader in
                exchange?.body.wait(reader)
                askForBody()
                turn()
            }
        } onCancel: {
            Task { await self.cancelRead(number) }
        }
    }

    private func cancelRead(_ number: UInt64) {
        guard exchange?.number == number else { return }
        machine.handlerHasBody()
        exchange?.body.fail(CancellationError())
    }

    /// Sends the next bytes of a streamed body; returns when they are all on their way.
    func write(_ bytes: ArraySlice<UInt8>, of number: UInt64) async throws {
        guard let exchange, exchange.number == number, let framing = exchange.framing else {
            throw CancellationError()
        }
        try Task.checkCancellation()
        if case .length(let length) = framing, exchange.bytesOut + bytes.count > length {
            throw ResponseBodyError.longerThanAnnounced(length)
        }
        self.exchange?.bytesOut += bytes.count
        outbound.append { buffer in
            if framing == .chunked {
                ResponseSerializer.append(chunk: bytes, to: &buffer)
            } else {
                buffer.append(contentsOf: bytes)
            }
        }
        flush()
        updateDeadline()
        guard !outbound.isEmpty else { return }
        try await withCheckedThrowingContinuation { waitingWriters.append($0) }
    }

    /// The stream is produced, or failed.
    func endStream(_ number: UInt64, _ error: (any Error)?) {
        guard let exchange, exchange.number == number, let framing = exchange.framing else { return }
        var error = error
        if exchange.hasEndedEarly, error is CancellationError { error = nil }
        if case .length(let length) = framing, exchange.bytesOut < length, error == nil {
            error = ResponseBodyError.shorterThanAnnounced(exchange.bytesOut, length)
        }
        guard error == nil else {
            if let error { responder.streamFailed(error, id: exchange.id) }
            return perform(machine.broke())
        }
        if framing == .chunked { outbound.append(ResponseSerializer.lastChunk) }
        endResponse()
        turn()
    }
}

/// A streamed response body that does not have the length that its head announced.
enum ResponseBodyError: Error, CustomStringConvertible {
    case longerThanAnnounced(Int)
    case shorterThanAnnounced(Int, Int)

    var description: String {
        switch self {
        case .longerThanAnnounced(let length): "the response body is longer than the \(length) bytes announced"
        case .shorterThanAnnounced(let count, let length):
            "the response body ended after \(count) of the \(length) bytes announced"
        }
    }
}

/// Writes the body of one exchange's response.
struct StreamWriter: BodyWriter {
    /// What is written at once, and so held at most, for a client that reads slowly.
    private static let sliceBytes = 65_536

    let connection: Connection
    let exchange: UInt64

    func write(_ bytes: [UInt8]) async throws {
        var start = 0
        while start < bytes.count {
            let end = min(start + Self.sliceBytes, bytes.count)
            try await connection.write(bytes[start..<end], of: exchange)
            start = end
        }
    }
}
