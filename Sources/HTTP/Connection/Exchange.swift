import HTTPTypes

/// One request and its answer, as long as the connection is busy with them.
struct Exchange {
    /// Counts the exchanges of a connection, so that a handler of an earlier one cannot touch this one.
    let number: UInt64
    let head: RequestHead?
    /// What stands before the paths in the answer.
    let prefix: PathPrefix
    let id: String
    let started: MonotonicTime
    /// Who answers, until somebody has begun to.
    var resolution: Resolution?
    var pattern: String?
    var bodyLimit = Int.max
    var body = BodyBuffer()
    /// Whether the handler is called once the body is whole, though it could take it in parts.
    var isGathered = false
    var bytesIn = 0
    var bytesOut = 0
    var status = 499
    var task: Task<Void, Never>?
    /// How the body of the response that is being sent is delimited; nil before its head.
    var framing: ResponseSerializer.Framing?
    /// Whether the response's stream ends when the server drains.
    var endsOnDrain = false
    /// Whether that has happened.
    var hasEndedEarly = false

    var isBodyTooLong: Bool { bytesIn > bodyLimit }

    init(number: UInt64, head: RequestHead?, prefix: PathPrefix, id: String, started: MonotonicTime) {
        self.number = number
        self.head = head
        self.prefix = prefix
        self.id = id
        self.started = started
    }
}
