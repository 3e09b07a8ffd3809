import SQL

/// What an idempotency key stands for: the route it was sent to and the request it came with.
public struct AnswerKey: Hashable, Sendable {
    let route: String
    let key: String
    let requestSHA256: String

    /// Makes a key; by the body of the request, of which a digest is kept, a misused key is told apart.
    public init(route: String, key: String, body: [UInt8]) {
        self = body.withUnsafeBytes { AnswerKey(route: route, key: key, bytes: $0) }
    }

    /// Makes a key for a body that lies somewhere else.
    public init(route: String, key: String, bytes: UnsafeRawBufferPointer) {
        self.route = route
        self.key = key
        // Hashed twice, as by every program before this one, so that an upgrade keeps the keys of its day.
        let hasher = SHA256()
        hasher.update(bytes)
        requestSHA256 = SHA256.hexadecimal(of: hasher.digest)
    }
}

/// The answer a request got, kept so that the same request gets it again.
public struct StoredAnswer: Equatable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The `Location` field, if the answer had one.
    public let location: String?
    /// The body.
    public let body: String
    /// Whether the answer was given before, to an earlier request with the same key.
    public let isRepeated: Bool

    /// Makes a first answer.
    public init(status: Int, location: String? = nil, body: String) {
        self.init(status: status, location: location, body: body, isRepeated: false)
    }

    init(status: Int, location: String?, body: String, isRepeated: Bool) {
        self.status = status
        self.location = location
        self.body = body
        self.isRepeated = isRepeated
    }
}

/// First answers to requests that carried an idempotency key.
public struct AnswerTable: Sendable {
    let storage: StorePool

    /// The answer given to this key before, or nil; throws `.keyReused` where the key came with another request.
    public func find(_ key: AnswerKey) throws(StoreError) -> StoredAnswer? {
        try storage.read { try Self.find(key, in: $0) }
    }

    /// Forgets answers older than an age in milliseconds; returns how many.
    public func prune(olderThanMilliseconds age: Int64) throws(StoreError) -> Int {
        let limit = storage.clock.now().advanced(byMilliseconds: -age)
        return try storage.write { database in
            try database.run(sql: "DELETE FROM answers WHERE created_at < ?", arguments: [limit.milliseconds])
            return database.changesCount
        }
    }

    /// Runs `body` once per key: in the transaction that stores its answer, or not at all where there is one already.
    static func once(
        _ key: AnswerKey,
        in database: any Connection,
        at now: Timestamp,
        body: () throws -> StoredAnswer
    ) throws -> StoredAnswer {
        if let known = try find(key, in: database) { return known }
        let answer = try body()
        try database.run(
            sql: """
                INSERT INTO answers (route, key, request_sha256, status, location, body, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.route, key.key, key.requestSHA256, answer.status, answer.location, answer.body, now.milliseconds,
            ]
        )
        try RowChecksum.answers.renew(where: "route = ? AND key = ?", arguments: [key.route, key.key], in: database)
        return answer
    }

    private static func find(_ key: AnswerKey, in database: any Connection) throws -> StoredAnswer? {
        let row = try Row.one(
            database,
            sql: "SELECT * FROM answers WHERE route = ? AND key = ?",
            arguments: [key.route, key.key]
        )
        guard let row else { return nil }
        try RowChecksum.answers.verify(
            row,
            "the answer to Idempotency-Key \(NameRule.quoted(key.key)) on \(key.route)",
            remedy: "look whether the request was carried out, or send it with a new key"
        )
        guard try row.value("request_sha256") == key.requestSHA256 else {
            throw StoreError.keyReused(
                "Idempotency-Key \(NameRule.quoted(key.key)): it was used on \(key.route) with another request body; "
                    + "send the same body, or a new key"
            )
        }
        return StoredAnswer(
            status: try row.value("status"),
            location: try row.value("location"),
            body: try row.value("body"),
            isRepeated: true
        )
    }
}
