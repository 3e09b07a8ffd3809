/// A row of a query's result, with the names of its columns; it outlives the query.
public struct Row: Sendable {
    /// The names of the columns, from left to right; all rows of a result share them.
    public let columns: [String]
    /// What stands in them.
    public let values: [Value]

    /// Makes a row of as many values as there are names.
    package init(columns: [String], values: [Value]) {
        self.columns = columns
        self.values = values
    }

    /// The value of a column.
    ///
    /// - Parameter column: Its name; of several with that name the leftmost is read.
    /// - Returns: What it stands for.
    /// - Throws: `SQLError` of the cause `undecodable` where there is no such column or its value is of another type, as it
    ///   may be on a damaged page.
    @inlinable
    public func value<Wanted: ValueConvertible>(_ column: String) throws(SQLError) -> Wanted {
        guard let index = columns.firstIndex(of: column), let value = Wanted.reading(values[index]) else {
            throw undecodable(column, wanted: "\(Wanted.self)")
        }
        return value
    }

    @usableFromInline
    func undecodable(_ column: String, wanted: String) -> SQLError {
        let found =
            switch columns.firstIndex(of: column).map({ values[$0] }) {
            case nil: "there is no such column among \(columns.joined(separator: ", "))"
            case .null: "it is null"
            case .integer(let number): "it is the number \(number)"
            case .real(let number): "it is the number \(number)"
            case .text(let text): "it is a text of \(text.utf8.count) bytes"
            case .bytes(let bytes): "it is \(bytes.count) bytes"
            }
        return SQLError(.undecodable, "column \(column): \(found), expected \(wanted)")
    }
}
