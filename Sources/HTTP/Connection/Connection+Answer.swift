import HTTPTypes

/// From a request to its answer.
extension Connection {
    func callHandler() {
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
        let coding =
            head.framing == .none
            ? nil : head.value(ofFieldNamed: "content-encoding").flatMap { ContentCoding(field: $0) }
        var request = Request(
            received: head,
            parameters: parameters,
            query: query,
            body: RequestBody(
                source: source,
                coding: coding,
                limit: exchange.bodyLimit,
                ratio: responder.limits.inflationRatio
            ),
            id: exchange.id,
            pathPrefix: exchange.prefix,
            peer: peer
        )
        switch endpoint.handler {
        case .sync(let handle):
            do {
                if coding != nil { request.body = try request.body.inflated() }
                answer(try handle(request))
            } catch {
                answer(responder.response(to: error, id: exchange.id))
            }
        case .async(let handle):
            let number = exchange.number
            self.exchange?.task = Task.detached(executorPreference: endpoint.executor) { [request] in
                await self.run(handle, request, number)
            }
        }
    }

    nonisolated func run(
        _ handle: @Sendable (Request) async throws -> Response,
        _ request: Request,
        _ number: UInt64
    ) async {
        let response: Response
        do {
            response = responder.compressed(try await handle(request), for: request)
        } catch is CancellationError where Task.isCancelled {
            return await abandon(number)
        } catch {
            response = responder.response(to: error, id: request.id)
        }
        guard case .stream = response.body else {
            // Nothing is left to do here, so the task need not come back to be told that the answer is on its way.
            return loop.executor.perform { self.assumeIsolated { _ = $0.respond(response, number) } }
        }
        guard let stream = await respond(response, number) else { return }
        await produce(stream, number)
    }

    nonisolated func produce(_ stream: BodyStream, _ number: UInt64) async {
        do {
            try await stream.produce(StreamWriter(connection: self, exchange: number))
            await endStream(number, nil)
        } catch {
            await endStream(number, error)
        }
    }

    /// Sends a handler's answer; returns the stream that its task has to produce, if there is one to send.
    func respond(_ response: Response, _ number: UInt64) -> BodyStream? {
        guard exchange?.number == number, exchange?.framing == nil else { return nil }
        let stream = answer(response, isOnTask: true)
        turn()
        return stream
    }

    func abandon(_ number: UInt64) {
        guard exchange?.number == number else { return }
        perform(machine.broke())
    }

    // MARK: Answers

    /// Queues the head of the answer, and its body if that is bytes; a stream is produced on a task of its own, or on
    /// the caller's when that `isOnTask` and gets it back.
    @discardableResult
    func answer(_ plain: Response, isOnTask: Bool = false) -> BodyStream? {
        guard let exchange else { return nil }
        let response = responder.dressed(plain, for: exchange.head, under: exchange.prefix)
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
        if let kept = response.kept { self.kept = kept }
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

    func endResponse() {
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

    func recordExchange() {
        guard var exchange else { return }
        self.exchange = nil
        exchange.body.fail(RequestBodyError.exchangeOver)
        guard responder.wantsRecords else { return responder.finished(nil, wasResolved: exchange.head != nil) }
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
}
