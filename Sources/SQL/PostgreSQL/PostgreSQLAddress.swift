import CPQ

/// Which database, as whom, and how: what libpq reads from a URL.
///
/// What it knows of passwords no text of it shows.
public struct PostgreSQLAddress: Sendable {
    /// What libpq connects by, as names and values.
    let parameters: [(name: String, value: String)]

    /// Reads a URL.
    ///
    /// - Parameter url: A `postgresql://` or `postgres://` URL, as libpq reads it.
    /// - Throws: `SQLError` of the cause `misused` where it can't be read, of the cause `unavailable` where libpq is missing.
    public init(_ url: String) throws(SQLError) {
        guard ["postgresql://", "postgres://"].contains(where: url.hasPrefix) else {
            throw SQLError(.misused, "it does not begin with postgresql://")
        }
        let pq = try PostgreSQLLibrary.load()
        var problem: UnsafeMutablePointer<CChar>?
        guard let options = pq.PQconninfoParse(url, &problem) else {
            let text = problem.map { String(cString: $0) } ?? "no memory"
            pq.PQfreemem(problem)
            throw SQLError(.misused, Self.withoutSecrets(text, of: url))
        }
        defer { pq.PQconninfoFree(options) }
        var found: [(name: String, value: String)] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { found.append((String(cString: keyword), String(cString: value))) }
            option += 1
        }
        // A peer that is gone is found by whichever of these looks first; a URL may say otherwise.
        let defaults = [
            ("tcp_user_timeout", "5000"), ("keepalives_idle", "2"), ("keepalives_interval", "1"),
            ("keepalives_count", "3"), ("fallback_application_name", "trainyard"),
        ]
        for (name, value) in defaults where !found.contains(where: { $0.name == name }) { found.append((name, value)) }
        found.removeAll { $0.name == "client_encoding" }
        found.append(("client_encoding", "UTF8"))
        parameters = found
        if let objection = try Self.objection(to: found, pq) {
            throw SQLError(.misused, Self.withoutSecrets(objection, of: url))
        }
    }

    /// What libpq has against values that it reads only to connect, such as ports and modes; nil for nothing.
    ///
    /// The hosts are replaced by folders in which there is no server, so that nobody is asked for a name or connected to.
    private static func objection(
        to parameters: [(name: String, value: String)],
        _ pq: CPQ
    ) throws(SQLError) -> String? {
        guard let hosts = parameters.first(where: { ["host", "hostaddr"].contains($0.name) }) else { return nil }
        let folders = hosts.value.split(separator: ",", omittingEmptySubsequences: false).map { _ in "/proc" }
        let others = parameters.filter { !["host", "hostaddr"].contains($0.name) }
        let handle = try PostgreSQLSession.begin(others + [("host", folders.joined(separator: ","))], pq)
        defer { pq.PQfinish(handle) }
        let lines = pq.PQerrorMessage(handle).map { String(cString: $0) }?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("invalid ") || $0.hasPrefix("could not match ") }.map(String.init)
    }

    /// Hosts and database, for the reader.
    public var description: String {
        func value(_ name: String, _ standard: String) -> String {
            parameters.first { $0.name == name }?.value ?? standard
        }
        return "postgresql://\(value("host", "localhost"))/\(value("dbname", ""))"
    }

    /// A text without the password.
    func redacted(_ text: String) -> String {
        guard let password = parameters.first(where: { $0.name == "password" })?.value, !password.isEmpty else {
            return text
        }
        return text.replacing(password, with: "***")
    }

    /// What libpq says of a URL that it can't read, without what may be a password in it.
    private static func withoutSecrets(_ text: String, of url: String) -> String {
        var shown = text.split(separator: "\n").joined(separator: " ").replacing(url, with: "***")
        let rest = url.drop { $0 != ":" }.dropFirst(3)
        // Whatever could be read as one: what stands before an @, and values of parameters.
        let parts =
            rest.split(whereSeparator: { "@/?&=".contains($0) }) + rest.split(whereSeparator: { ":@/?&=".contains($0) })
        for part in parts.sorted(by: { $0.count > $1.count }) where part.count > 2 {
            shown = shown.replacing(part, with: "***")
        }
        return shown
    }
}
