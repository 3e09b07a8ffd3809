internal import Foundation

/// Where a server is: what `--url` says.
struct ServerAddress: Equatable, Sendable {
    /// How it is reached.
    enum Endpoint: Equatable, Sendable {
        case tcp(host: String, port: UInt16)
        case unix(path: String)
    }

    /// How it is reached.
    let endpoint: Endpoint
    /// What stands before every path: empty, or `/` and no slash at the end.
    let prefix: String
    /// What was given, for messages.
    let text: String

    /// The value of the field `Host`.
    var host: String {
        switch endpoint {
        case .unix: "localhost"
        case .tcp(let host, let port): (host.contains(":") ? "[\(host)]" : host) + (port == 80 ? "" : ":\(port)")
        }
    }

    /// An address such as `http://localhost:8080`, or `unix:/run/trainyard.socket`, from a flag or variable.
    init(_ text: String, from source: String) throws(Failure) {
        func wrong(_ detail: String) -> Failure { Failure(.usage, "\(source): \(detail), found \"\(text)\"") }
        self.text = text
        if text.hasPrefix("unix:") {
            let path = text.dropFirst("unix:".count)
            // unix:///path and unix:/path mean the same.
            endpoint = .unix(path: String(path.hasPrefix("//") ? path.dropFirst(2) : path))
            prefix = ""
            guard case .unix(let path) = endpoint, !path.isEmpty else { throw wrong("expected the path of a socket") }
            guard path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
                throw wrong("the path is too long for a socket")
            }
            return
        }
        if text.lowercased().hasPrefix("https:") {
            throw wrong(
                "this program speaks plain HTTP alone; give the http:// address of the server itself, or of a tunnel to it "
                    + "(ssh -L), in place of the proxy's"
            )
        }
        guard text.lowercased().hasPrefix("http://") else { throw wrong("expected http://HOST:PORT or unix:PATH") }
        let rest = text.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        guard !rest.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }), !rest.contains(where: { "?#".contains($0) })
        else { throw wrong("expected no blanks, query or fragment") }
        guard !authority.contains("@") else {
            throw wrong("expected no name and password; tokens come by --token-file or TRAINYARD_TOKEN")
        }
        prefix = String(path.reversed().drop { $0 == "/" }.reversed())
        let host: Substring
        let port: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            port = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            port = authority.dropFirst(host.count)
        }
        guard !host.isEmpty else { throw wrong("expected a host") }
        guard port.isEmpty || port == ":" || (port.hasPrefix(":") && (UInt16(port.dropFirst()) ?? 0) > 0) else {
            throw wrong("expected a port from 1 to 65535")
        }
        endpoint = .tcp(host: String(host), port: UInt16(port.dropFirst()) ?? 80)
    }
}
