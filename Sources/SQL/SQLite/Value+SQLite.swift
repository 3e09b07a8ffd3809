import GRDBSQLite

extension Value {
    /// Copies the value of a column in the current row of a statement.
    init(ofColumn column: Int32, of statement: OpaquePointer) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: self = .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            // The count is that of what the pointer leads to, so it is asked for second.
            let text = sqlite3_column_text(statement, column)
            self = Value(text: text, count: sqlite3_column_bytes(statement, column))
        case SQLITE_BLOB:
            let content = sqlite3_column_blob(statement, column)
            self = Value(content: content, count: sqlite3_column_bytes(statement, column))
        default: self = .null
        }
    }

    /// Copies an argument of a function.
    init(ofArgument argument: OpaquePointer?) {
        switch sqlite3_value_type(argument) {
        case SQLITE_INTEGER: self = .integer(sqlite3_value_int64(argument))
        case SQLITE_FLOAT: self = .real(sqlite3_value_double(argument))
        case SQLITE_TEXT:
            let text = sqlite3_value_text(argument)
            self = Value(text: text, count: sqlite3_value_bytes(argument))
        case SQLITE_BLOB:
            let content = sqlite3_value_blob(argument)
            self = Value(content: content, count: sqlite3_value_bytes(argument))
        default: self = .null
        }
    }

    private init(text: UnsafePointer<UInt8>?, count: Int32) {
        self = .text(String(decoding: UnsafeBufferPointer(start: text, count: Int(count)), as: UTF8.self))
    }

    private init(content: UnsafeRawPointer?, count: Int32) {
        self = .bytes([UInt8](UnsafeRawBufferPointer(start: content, count: Int(count))))
    }
}
