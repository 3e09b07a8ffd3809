import JSON

/// What a client wants an alias to stand for.
struct AliasRequest: Sendable {
    /// The number of a version.
    let version: Int

    /// Reads a body, `{"version": 3}`.
    ///
    /// - Throws: `FaultyInput` with every fault.
    init(_ body: JSONValue) throws(FaultyInput) {
        version = try body.read { reader in reader.int("version", in: 1...JSONValue.exactIntegers.upperBound) }
    }
}
