import Foundation
import GRDB
import GRDBSQLite

/// Binds values to the parameters of a compiled statement, bytes without a copy.
struct SQLiteBinding {
    private let statement: Statement
    private var pointer: OpaquePointer { statement.sqliteStatement }

    init(_ statement: Statement) {
        self.statement = statement
        // Resets it, and has GRDB take what is bound for bound.
        statement.setUncheckedArguments(StatementArguments())
    }

    /// Runs `body` while arguments are bound, and leaves the statement ready to be bound anew.
    func with<Result>(_ arguments: Arguments, _ body: () throws -> Result) throws -> Result {
        defer {
            sqlite3_reset(pointer)
            sqlite3_clear_bindings(pointer)
        }
        return try bind(try values(of: arguments), from: 0, body)
    }

    private func bind<Result>(_ values: [Value], from start: Int, _ body: () throws -> Result) throws -> Result {
        for index in start..<values.count {
            let parameter = Int32(index + 1)
            switch values[index] {
            case .null: try check(sqlite3_bind_null(pointer, parameter))
            case .integer(let number): try check(sqlite3_bind_int64(pointer, parameter, number))
            case .real(let number): try check(sqlite3_bind_double(pointer, parameter, number))
            case .text(let text):
                // A length of its own, since a text may hold U+0000.
                let count = UInt64(text.utf8.count)
                try check(sqlite3_bind_text64(pointer, parameter, text, count, Self.copied, UInt8(SQLITE_UTF8)))
            case .bytes(let bytes) where bytes.isEmpty: try check(sqlite3_bind_zeroblob(pointer, parameter, 0))
            case .bytes(let bytes):
                return try bytes.withUnsafeBytes { content in
                    let count = UInt64(content.count)
                    try check(sqlite3_bind_blob64(pointer, parameter, content.baseAddress, count, nil))
                    return try bind(values, from: index + 1, body)
                }
            }
        }
        return try body()
    }

    /// Says that SQLite shall copy what it is given (`SQLITE_TRANSIENT`).
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// The values in the order of the statement's parameters.
    private func values(of arguments: Arguments) throws(SQLError) -> [Value] {
        let count = Int(sqlite3_bind_parameter_count(pointer))
        guard !arguments.named.isEmpty else {
            guard count == arguments.values.count else { throw misfit("\(arguments.values.count) are given") }
            return arguments.values
        }
        var values: [Value] = []
        values.reserveCapacity(count)
        var unnamed = arguments.values.makeIterator()
        for parameter in 1...Int32(max(count, 1)) where count > 0 {
            if let name = sqlite3_bind_parameter_name(pointer, parameter) {
                // Past the colon.
                guard let argument = arguments.named.first(where: { strcmp($0.name, name + 1) == 0 }) else {
                    throw misfit("none is given for \(String(cString: name))")
                }
                values.append(argument.value)
            } else {
                guard let value = unnamed.next() else {
                    throw misfit("\(arguments.values.count) without a name are given")
                }
                values.append(value)
            }
        }
        guard unnamed.next() == nil else { throw misfit("\(arguments.values.count) without a name are given") }
        return values
    }

    private func misfit(_ found: String) -> SQLError {
        let count = sqlite3_bind_parameter_count(pointer)
        return SQLError(
            .unexpected,
            code: "SQLite \(SQLITE_MISUSE)",
            "\(count) values are to be bound, \(found): \(statement.sql)"
        )
    }

    private func check(_ status: Int32) throws(SQLError) {
        guard status != SQLITE_OK else { return }
        throw SQLError(DatabaseError(resultCode: ResultCode(rawValue: status), sql: statement.sql))
    }
}
