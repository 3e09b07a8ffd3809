import GRDB
import GRDBSQLite

/// A function of SQL that Swift computes, the same for the same arguments.
public final class SQLiteFunction: Sendable {
    let name: String
    let body: @Sendable ([Value]) -> Int64?

    /// Makes a function of any number of arguments.
    ///
    /// - Parameters:
    ///   - name: What statements call it.
    ///   - body: Computes it; nil is null.
    public init(_ name: String, body: @escaping @Sendable ([Value]) -> Int64?) {
        self.name = name
        self.body = body
    }
}

extension SQLiteConnection {
    /// Lets the statements of this connection call a function.
    public func add(_ function: SQLiteFunction) throws(SQLError) {
        let status = sqlite3_create_function_v2(
            database.sqliteConnection,
            function.name,
            -1,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC,
            Unmanaged.passRetained(function).toOpaque(),
            Self.call,
            nil,
            nil,
            { context in
                guard let context else { return }
                Unmanaged<SQLiteFunction>.fromOpaque(context).release()
            }
        )
        guard status == SQLITE_OK else { throw SQLError(DatabaseError(resultCode: ResultCode(rawValue: status))) }
    }

    private static let call: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
        context,
        count,
        values in
        guard let own = sqlite3_user_data(context) else { return }
        let function = Unmanaged<SQLiteFunction>.fromOpaque(own).takeUnretainedValue()
        let arguments = UnsafeBufferPointer(start: values, count: Int(count)).map { Value(ofArgument: $0) }
        guard let result = function.body(arguments) else { return sqlite3_result_null(context) }
        sqlite3_result_int64(context, result)
    }
}
