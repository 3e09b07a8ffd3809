import HTTPTypes

/// From a head to the end of its answer.
extension Connection {
    /// The body of a request that is answered from its head alone is still read if it is no longer than this, so that
    /// the connection can go on.
    private static let skippedBytes = 65_536

    /// A body that is no longer than this is handed over whole, even to a handler that can take it in parts: many clients
    /// send head and body apart, and a handler that waits for the second half costs several changes of thread.
    private static let gatheredBytes = 65_536

    /// A handler that waits for a part of a body gets what the socket holds, up to about so much: each part costs two
    /// changes of thread.
    private static let partBytes = 262_144

    /// A head has arrived: finds out who answers.
    func begin(_ head: RequestHead) {
        machine.headArrived(keepsAlive: head.keepsAlive, expectsContinue: head.expectsContinue)
        exchangeCount += 1
        var exchange = Exchange(
            number: exchangeCount,
            head: head,
            prefix: responder.prefix(for: head, from: peer),
            id: responder.requestID(for: head),
            started: .now
        )
        let resolution = responder.resolve(head, from: peer, under: exchange.prefix, isReserved: machine.isReserved)
        exchange.resolution = resolution
        switch resolution {
        case .answered(_, let pattern):
            exchange.pattern = pattern
            exchange.bodyLimit = head.expectsContinue ? 0 : Self.skippedBytes
        case .endpoint(let endpoint, _, _):
            exchange.pattern = endpoint.pattern
            exchange.bodyLimit = endpoint.bodyLimit ?? responder.limits.bodyBytes
        }
        if case .length(let length) = head.framing { exchange.isGathered = length <= Self.gatheredBytes }
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
        exchange?.bytesIn += piece.count
        if exchange?.isBodyTooLong == true { bodyIsTooLong() } else { exchange?.body.append(piece) }
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
            guard case .async = endpoint.handler, !exchange.isGathered else { return }
            machine.handlerHasBody()
            callHandler()
        } else if !isReadable || exchange.body.bytes.count >= Self.partBytes, self.exchange?.body.deliver() == true {
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
                prefix: .none,
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

    func askForBody() {
        guard machine.handlerWantsBody() else { return }
        outbound.append(ResponseSerializer.interimContinue)
        flush()
    }
}
