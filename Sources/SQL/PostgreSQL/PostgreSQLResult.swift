import CPQ

/// What the server answered to one statement; rows are read from it as they came.
final class PostgreSQLResult {
    let pointer: OpaquePointer
    private let pq: CPQ

    /// Takes a result, which it clears at its end.
    init(_ pointer: OpaquePointer, _ pq: CPQ) {
        self.pointer = pointer
        self.pq = pq
    }

    deinit { pq.PQclear(pointer) }

    /// The code and the words of an error, both empty where the connection was cut; nil where it is none.
    var error: (state: String, reason: String)? {
        guard pq.PQresultStatus(pointer) == PGRES_FATAL_ERROR else { return nil }
        guard let state = pq.PQresultErrorField(pointer, Int32(CPQ_SQLSTATE)) else { return ("", "") }
        let reason = pq.PQresultErrorField(pointer, Int32(CPQ_MESSAGE)).map { String(cString: $0) } ?? ""
        return (String(cString: state), reason)
    }

    /// How many rows the statement has changed, or answered.
    var changesCount: Int { pq.PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// The rows, at most so many.
    func rows(atMost limit: Int) throws(SQLError) -> [Row] {
        let count = min(Int(pq.PQntuples(pointer)), limit)
        guard count > 0 else { return [] }
        var columns: [String] = []
        var types: [PostgreSQLType] = []
        for index in 0..<pq.PQnfields(pointer) {
            let name = pq.PQfname(pointer, index).map { String(cString: $0) } ?? "?"
            let number = pq.PQftype(pointer, index)
            guard let type = PostgreSQLType(rawValue: number) else {
                throw SQLError(
                    .undecodable,
                    "column \(name): it is of a type that has no form here (\(number)); cast it"
                )
            }
            columns.append(name)
            types.append(type)
        }
        var rows: [Row] = []
        rows.reserveCapacity(count)
        for row in 0..<Int32(count) {
            var values: [Value] = []
            values.reserveCapacity(columns.count)
            for (column, type) in types.enumerated() {
                values.append(try value(row, Int32(column), type, columns[column]))
            }
            rows.append(Row(columns: columns, values: values))
        }
        return rows
    }

    private func value(_ row: Int32, _ column: Int32, _ type: PostgreSQLType, _ name: String) throws(SQLError) -> Value
    {
        guard pq.PQgetisnull(pointer, row, column) == 0 else { return .null }
        let length = Int(pq.PQgetlength(pointer, row, column))
        let bytes = UnsafeRawBufferPointer(start: pq.PQgetvalue(pointer, row, column), count: length)
        guard let value = type.decoded(bytes) else {
            throw SQLError(.undecodable, "column \(name): \(length) bytes are no \(type)")
        }
        return value
    }
}
