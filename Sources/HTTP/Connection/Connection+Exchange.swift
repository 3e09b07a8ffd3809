import HTTPTypes

/// From a head to the end of its answer.
extension Connection {
    /// The body of a request that is answered from its head alone is still read if it is no longer than this, so that
    /// the connection can go on.
    private static let skippedBytes = 65_536

    /// A head has arrived: finds out who answers.
    func begin(_ head: RequestHead) {
        machine.headArrived(keepsAlive: head.keepsAlive, expectsContinue: head.expectsContinue)
        exchangeCount += 1
        var exchange = Exchange(
            number: exchangeCount,
            head: head,
            id: responder.requestID(for: head),
            started: .now
        )
        let resolution = responder.resolve(head)
        exchange.resolution = resolution
        switch resolution {
        case .answered(_, let pattern):
            exchange.pattern = pattern
            exchange.bodyLimit = head.expectsContinue ? 0 : Self.skippedBytes
        case .endpoint(let endpoint, _, _):
            exchange.pattern = endpoint.pattern
            exchange.bodyLimit = endpoint.bodyLimit ?? responder.limits.bodyBytes
        }
        self.exchange = exchange
        if case .length(let length) = head.framing, length > exchange.bodyLimit { return bodyIsTooLong() }
        if head.expectsContinue, case .endpoint(let endpoint, _, _) = resolution, case .async = endpoint.handler {
            callHandler()
        } else {
            askForBody()
        }
    }

    /// Part of the body has arrived.
    func take(_ piece: Span<UInt8>) {
        guard exchange != nil else { return }
        exchange?.bytesIn += piece.count
        guard let exchange, exchange.bytesIn <= exchange.bodyLimit else { return bodyIsTooLong() }
        self.exchange?.body.append(piece)
    }

    /// The request is whole.
    func endRequest() {
        machine.requestEnded()
        exchange?.body.end()
        if exchange?.resolution != nil { callHandler() } else { exchange?.body.deliver() }
    }

    /// What has arrived is parsed: what there is of a body goes to a handler that can take it in parts.
    func inputUsedUp() {
        guard machine.phase == .exchange, let exchange else { return }
        if case .endpoint(let endpoint, _, _) = exchange.resolution {
            guard case .async = endpoint.handler else { return }
            machine.handlerHasBody()
            callHandler()
        } else if self.exchange?.body.deliver() == true {
            machine.handlerHasBody()
        }
    }

    /// What arrived is not a request, or not in time.
    func refuse(_ error: WireError) {
        guard exchange == nil || exchange?.resolution != nil else {
            // The handler is at work: it learns of the error where it reads, and its answer is the one to send.
            guard exchange?.framing == nil else { return perform(machine.broke()) }
            machine.handlerHasBody()
            exchange?.body.fail(Problem(error))
            return
        }
        refuse(with: Problem(error).response)
    }

    /// Sends an answer to no request, or to one that is not whole, and closes.
    func refuse(with response: Response) {
        machine.refused()
        if exchange == nil {
            exchangeCount += 1
            exchange = Exchange(
                number: exchangeCount,
                head: nil,
                id: responder.requestID(for: nil),
                started: .now
            )
        }
        answer(response)
    }

    private func bodyIsTooLong() {
        guard let exchange else { return }
        let problem = RequestBody.tooLarge(exchange.bodyLimit)
        switch exchange.resolution {
        case .answered(let response, _): answer(response)
        case .endpoint: answer(problem.response)
        case nil:
            machine.handlerHasBody()
            self.exchange?.body.fail(problem)
        }
    }

    private func askForBody() {
        guard machine.handlerWantsBody() else { return }
        outbound.append(ResponseSerializer.interimContinue)
        flush()
    }

    // MARK: Handlers

    private func callHandler() {
        guard let exchange, let head = exchange.head, let resolution = exchange.resolution else { return }
        self.exchange?.resolution = nil
        let endpoint: Endpoint
        let (parameters, query): (Parameters, Query)
        switch resolution {
        case .answered(let response, _):
            answer(response)
            return
        case .endpoint(let found, let values, let items): (endpoint, parameters, query) = (found, values, items)
        }
        let source: RequestBody.Source =
            exchange.body.isWhole
            ? .whole(self.exchange?.body.takeAll() ?? []) : .connection(self, exchange: exchange.number)
        let request = Request(
            received: head,
            parameters: parameters,
            query: query,
            body: RequestBody(source: source, limit: exchange.bodyLimit),
            id: exchange.id,
            peer: peer
        )
        switch endpoint.handler {
        case .sync(let handle):
            do {
                answer(try handle(request))
            } catch {
                answer(responder.response(to: error, id: exchange.id))
            }
        case .async(let handle):
            let number = exchange.number
            self.exchange?.task = Task.detached { await self.run(handle, request, number) }
        }
    }

    private nonisolated func run(
        _ handle: @Sendable (Request) async throws -> Response,
        _ request: Request,
        _ number: UInt64
    ) async {
        let response: Response
        do {
            response = try await handle(request)
        } catch is CancellationError where Task.isCancelled {
            return await abandon(number)
        } catch {
            response = responder.response(to: error, id: request.id)
        }
        guard let stream = await respond(response, number) else { return }
        await produce(stream, number)
    }

    private nonisolated func produce(_ stream: BodyStream, _ number: UInt64) async {
        do {
            try await stream.produce(StreamWriter(connection: self, exchange: number))
            await endStream(number, nil)
        } catch {
            await endStream(number, error)
        }
    }

    /// Sends a handler's answer; returns the stream that its task has to produce, if there is one to send.
    private func respond(_ response: Response, _ number: UInt64) -> BodyStream? {
        guard exchange?.number == number, exchange?.framing == nil else { return nil }
        let stream = answer(response, isOnTask: true)
        turn()
        return stream
    }

    private func abandon(_ number: UInt64) {
        guard exchange?.number == number else { return }
        perform(machine.broke())
    }

    // MARK: Answers

    /// Queues the head of the answer, and its body if that is bytes; a stream is produced on a task of its own, or on
    /// the caller's when that `isOnTask` and gets it back.
    @discardableResult
    private func answer(_ response: Response, isOnTask: Bool = false) -> BodyStream? {
        guard let exchange else { return nil }
        machine.responseStarted()
        let context = ResponseSerializer.Context(
            date: loop.assumeIsolated { $0.currentDate() },
            requestID: exchange.id,
            closes: machine.closesAfterResponse,
            isVersion10: exchange.head?.isVersion10 ?? false,
            isHead: exchange.head?.method == .head
        )
        let framing = outbound.append { ResponseSerializer.append(response, context, to: &$0) }
        self.exchange?.resolution = nil
        self.exchange?.status = response.status.code
        self.exchange?.framing = framing
        if framing == .untilClose { machine.responseEndsAtClose() }
        switch response.body {
        case .bytes(let bytes):
            if framing != .none {
                self.exchange?.bytesOut = bytes.count
                outbound.append(bytes)
            }
            endResponse()
            return nil
        case .stream(let stream):
            guard framing != .none else {
                endResponse()
                return nil
            }
            self.exchange?.endsOnDrain = stream.endsOnDrain
            guard !isOnTask else { return stream }
            let number = exchange.number
            self.exchange?.task = Task.detached { await self.produce(stream, number) }
            return nil
        }
    }

    private func endResponse() {
        recordExchange()
        machine.responseEnded()
        if outbound.count > OutboundQueue.copiedBytes { flush() }
    }

    /// The connection is gone: cancels the handler, which nobody waits for any more.
    func endExchangeWithoutAnswer() {
        exchange?.task?.cancel()
        exchange?.body.fail(CancellationError())
        recordExchange()
    }

    private func recordExchange() {
        guard var exchange else { return }
        self.exchange = nil
        exchange.body.fail(RequestBodyError.exchangeOver)
        let record = RequestRecord(
            id: exchange.id,
            route: exchange.pattern,
            method: exchange.head?.method,
            path: exchange.head?.rawPath ?? "",
            status: exchange.status,
            duration: exchange.started.duration(to: .now),
            bytesIn: exchange.bytesIn,
            bytesOut: exchange.bytesOut,
            peer: peer
        )
        responder.finished(record, wasResolved: exchange.head != nil)
    }

    // MARK: Bodies, for the tasks of handlers

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
    private func endStream(_ number: UInt64, _ error: (any Error)?) {
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
private struct StreamWriter: BodyWriter {
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
