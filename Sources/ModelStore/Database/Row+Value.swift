import GRDB

extension Row {
    /// The value of a column; throws where it is missing or of another type, as it may be on a damaged page.
    ///
    /// GRDB's subscript ends the process in that case.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        try decode(Value.self, forColumn: column)
    }
}
