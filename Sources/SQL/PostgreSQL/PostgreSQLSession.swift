import CPQ
import Foundation

/// A connection of libpq's: sends statements and waits for their answers, each up to a deadline.
///
/// Unchecked: one thread at a time has it, which the pool sees to.
final class PostgreSQLSession: @unchecked Sendable {
    private let pq: CPQ
    private let handle: OpaquePointer
    private let address: PostgreSQLAddress
    private let timeout: Duration
    private var statements: [String: Compiled] = [:]
    private var count = 0

    /// Whether it can't be used any more.
    private(set) var isBroken = false

    /// Why it can't, where the server did not answer in time; nil where it did.
    private(set) var silence: SQLError?

    /// A statement as the server knows it.
    private struct Compiled {
        let name: String
        let parameters: NumberedParameters
        let types: [PostgreSQLType]
    }

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: Where to.
    ///   - timeout: What connecting, and later each statement, may take.
    /// - Throws: `SQLError` of the cause `unavailable`.
    init(_ address: PostgreSQLAddress, timeout: Duration) throws(SQLError) {
        pq = try PostgreSQLLibrary.load()
        self.address = address
        self.timeout = timeout
        handle = try Self.begin(address.parameters, pq)
        try connect(by: Deadline(in: timeout))
        // What the server remarks goes nowhere, in place of the standard error.
        _ = pq.PQsetNoticeProcessor(handle, { _, _ in }, nil)
        _ = pq.PQsetnonblocking(handle, 1)
    }

    deinit { pq.PQfinish(handle) }

    /// Begins to connect by names and values.
    static func begin(_ parameters: [(name: String, value: String)], _ pq: CPQ) throws(SQLError) -> OpaquePointer {
        let names = parameters.map { strdup($0.name) } + [nil]
        let values = parameters.map { strdup($0.value) } + [nil]
        defer { for text in names + values { free(text) } }
        let handle = names.map { UnsafePointer($0) }.withUnsafeBufferPointer { names in
            values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
                pq.PQconnectStartParams(names.baseAddress, values.baseAddress, 0)
            }
        }
        guard let handle else { throw SQLError(.unavailable, "libpq has no memory for a connection") }
        return handle
    }

    private func connect(by deadline: Deadline) throws(SQLError) {
        var next = PGRES_POLLING_WRITING
        while next != PGRES_POLLING_OK {
            guard next != PGRES_POLLING_FAILED, pq.PQstatus(handle) != CONNECTION_BAD else { throw lost().ofConnecting }
            let events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT
            guard deadline.wait(for: pq.PQsocket(handle), Int32(events)) != 0 else {
                throw SQLError(.unavailable, "the server does not let anybody in within \(timeout)")
            }
            next = pq.PQconnectPoll(handle)
        }
    }

    /// Runs a statement with binary parameters, compiled once.
    func query(_ sql: String, _ arguments: Arguments) throws(SQLError) -> PostgreSQLResult {
        let deadline = Deadline(in: timeout)
        let statement = try compiled(sql, by: deadline)
        let values = try statement.parameters.values(of: arguments)
        var encoded: [[UInt8]?] = []
        for (value, type) in zip(values, statement.types) {
            guard value != .null else {
                encoded.append(nil)
                continue
            }
            guard let bytes = type.encoded(value) else {
                throw SQLError(
                    .unexpected,
                    "parameter \(encoded.count + 1) is of the type \(type), which the value does not fit: \(sql)"
                )
            }
            encoded.append(bytes)
        }
        let status = Self.withPointers(encoded) { pointers in
            let lengths = encoded.map { Int32($0?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: encoded.count)
            return pq.PQsendQueryPrepared(handle, statement.name, Int32(encoded.count), pointers, lengths, formats, 1)
        }
        guard status == 1 else { throw lost() }
        guard let result = try results(by: deadline).last else { throw lost() }
        return result
    }

    /// Runs statements, separated by semicolons, in the form without parameters.
    func execute(_ sql: String) throws(SQLError) {
        guard pq.PQsendQuery(handle, sql) == 1 else { throw lost() }
        _ = try results(by: Deadline(in: timeout))
    }

    /// Begins a transaction that only reads, on what there is now.
    func beginReading() throws(SQLError) { try begin("ISOLATION LEVEL REPEATABLE READ READ ONLY") }

    /// Begins a transaction that the server ends where nothing comes for long: what a frozen program has locked must not stay
    /// so.
    func beginWriting() throws(SQLError) {
        let rest = max(Self.shortestRest, timeout * 2)
        try begin("; SET LOCAL idle_in_transaction_session_timeout = \(Int(rest / .milliseconds(1)))")
    }

    /// How long a transaction that writes may rest between two statements, at the least.
    private static let shortestRest = Duration.seconds(10)

    /// Begins a transaction whose statements the server itself ends before their time is over, so that the connection stays
    /// of use; `rest` is what follows.
    private func begin(_ rest: String) throws(SQLError) {
        let milliseconds = Int(timeout / .milliseconds(1))
        try execute(
            """
            BEGIN \(rest); SET LOCAL statement_timeout = \(milliseconds * 9 / 10 + 1);
            SET LOCAL lock_timeout = \(milliseconds * 8 / 10 + 1)
            """
        )
    }

    /// Whether a transaction is open, be it one that has failed.
    var isInsideTransaction: Bool {
        [PQTRANS_INTRANS, PQTRANS_INERROR].contains(pq.PQtransactionStatus(handle))
    }

    /// Whether a statement of the open transaction has failed, so that the server commits nothing of it.
    var hasFailed: Bool { pq.PQtransactionStatus(handle) == PQTRANS_INERROR }

    private func compiled(_ sql: String, by deadline: Deadline) throws(SQLError) -> Compiled {
        if let known = statements[sql] { return known }
        let parameters = NumberedParameters(sql)
        count += 1
        let name = "s\(count)"
        guard pq.PQsendPrepare(handle, name, parameters.sql, 0, nil) == 1 else { throw lost() }
        _ = try results(by: deadline)
        guard pq.PQsendDescribePrepared(handle, name) == 1 else { throw lost() }
        guard let description = try results(by: deadline).last else { throw lost() }
        var types: [PostgreSQLType] = []
        for index in 0..<pq.PQnparams(description.pointer) {
            let number = pq.PQparamtype(description.pointer, index)
            guard let type = PostgreSQLType(rawValue: number) else {
                throw SQLError(
                    .unexpected,
                    "parameter \(index + 1) is of a type that has no form here (\(number)): \(sql)"
                )
            }
            types.append(type)
        }
        let statement = Compiled(name: name, parameters: parameters, types: types)
        statements[sql] = statement
        return statement
    }

    /// Waits for all results of what has been sent; throws the first error among them.
    private func results(by deadline: Deadline) throws(SQLError) -> [PostgreSQLResult] {
        // Both directions may be full, so what comes is read while what goes is written.
        while true {
            let left = pq.PQflush(handle)
            guard left >= 0 else { throw lost() }
            guard left > 0 else { break }
            try wait(POLLIN | POLLOUT, by: deadline)
        }
        var results: [PostgreSQLResult] = []
        var failure: SQLError?
        while true {
            while pq.PQisBusy(handle) == 1 { try wait(POLLIN, by: deadline) }
            guard let pointer = pq.PQgetResult(handle) else { break }
            let result = PostgreSQLResult(pointer, pq)
            if let error = result.error, failure == nil {
                failure = SQLError(state: error.state, address.redacted(error.reason))
            }
            results.append(result)
        }
        if pq.PQstatus(handle) == CONNECTION_BAD { isBroken = true }
        if let failure {
            if failure.endsConnection { isBroken = true }
            throw failure.code == "PostgreSQL " ? lost() : failure
        }
        return results
    }

    private func wait(_ events: Int32, by deadline: Deadline) throws(SQLError) {
        let found = deadline.wait(for: pq.PQsocket(handle), events)
        guard found != 0 else {
            // Its answer may come later, when nobody wants it: this connection is of no use any more.
            isBroken = true
            let error = SQLError(.unavailable, "the server has not answered within \(timeout)", isLost: true)
            silence = error
            throw error
        }
        if found & ~Int32(POLLOUT) != 0, pq.PQconsumeInput(handle) == 0 { throw lost() }
    }

    /// The connection is gone; what libpq says of it.
    private func lost() -> SQLError {
        isBroken = true
        let message = pq.PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        let text = message.split(separator: "\n").joined(separator: " ")
        return SQLError(.unavailable, address.redacted(text.isEmpty ? "the connection is gone" : text), isLost: true)
    }

    private static func withPointers<Result>(
        _ values: [[UInt8]?],
        from start: Int = 0,
        after found: [UnsafePointer<CChar>?] = [],
        _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        var pointers = found
        for index in start..<values.count {
            guard let value = values[index] else {
                pointers.append(nil)
                continue
            }
            // An empty value has an address too: without one it would be null.
            guard !value.isEmpty else {
                return "".withCString { withPointers(values, from: index + 1, after: pointers + [$0], body) }
            }
            return value.withUnsafeBytes { bytes in
                let address = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                return withPointers(values, from: index + 1, after: pointers + [address], body)
            }
        }
        return body(pointers)
    }
}
