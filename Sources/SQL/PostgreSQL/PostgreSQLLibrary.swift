import CPQ

/// libpq, which is loaded when the first URL is read.
///
/// Unchecked: its members are addresses of functions, which never change.
struct PostgreSQLLibrary: @unchecked Sendable {
    let functions: CPQ

    private static let loaded: Result<PostgreSQLLibrary, SQLError> = {
        var functions = CPQ()
        guard let problem = CPQLoad(&functions) else { return .success(PostgreSQLLibrary(functions: functions)) }
        let text = "libpq can't be loaded, install the package libpq5: \(String(cString: problem))"
        return .failure(SQLError(.unavailable, text))
    }()

    /// Loads it the first time; throws where it is not there.
    static func load() throws(SQLError) -> CPQ { try loaded.get().functions }
}
