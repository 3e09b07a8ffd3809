import JSON

/// What tests write down themselves.
enum Fixtures {
    /// A JSON text as a value.
    static func json(_ text: String) throws -> JSONValue { try JSONDocument(parsing: text).root }
}
