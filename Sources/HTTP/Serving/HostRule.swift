import HTTPTypes

/// The names under which a server that asks for no tokens may be reached, against DNS rebinding.
///
/// A site can have its own name lead to this machine; its pages then share an origin with this server, as far as the
/// browser can tell, and only the Host field gives them away. An address can't be rebound, so each is allowed.
struct HostRule: Sendable {
    /// The names beside `localhost` and what ends in `.localhost` (RFC 6761 §6.3), in lower case.
    private let names: [[UInt8]]

    /// A rule that allows the names that the configuration lists and those that it listens on; nil where every name is
    /// allowed, or where tokens are asked for.
    init?(_ configuration: ServerConfiguration) {
        guard configuration.tokens == nil, !configuration.hostNames.contains("*") else { return nil }
        let listened = configuration.addresses.compactMap { address in
            if case .ip(let host, _) = address, IPAddress(host) == nil { host } else { nil }
        }
        names = (Array(configuration.hostNames) + listened).map { Array(Self.withoutDot($0.lowercased()).utf8) }
    }

    /// Whether the request asks for a name that is allowed, or names no host at all, as HTTP/1.0 may and no browser does.
    func allows(_ head: RequestHead) -> Bool {
        guard let range = head.authority else { return true }
        let bytes = head.bytes
        let value = bytes.span.extracting(range)
        let host = value.extracting(HostField.parts(value).host)
        guard host.count > 0 else { return false }
        guard host[0] != UInt8(ascii: "[") else { return IPAddress(host.extracting(1..<host.count - 1)) != nil }
        if Grammar.isDigit(host[0]), IPAddress(host) != nil { return true }
        let isRooted = host.count > 1 && host[host.count - 1] == UInt8(ascii: ".")
        return isKnown(isRooted ? host.extracting(0..<host.count - 1) : host)
    }

    /// The answer to a request that asks for another name.
    func refusal(_ head: RequestHead) -> Problem {
        let authority = head.authority.map { head.text($0) } ?? ""
        let bytes = Array(authority.utf8)
        let host = String(decoding: bytes[HostField.parts(bytes.span).host], as: UTF8.self)
        guard !host.isEmpty else {
            return Problem(.misdirectedRequest, detail: "the request names no host: send its name or address as Host")
        }
        return Problem(
            .misdirectedRequest,
            detail: "this server does not answer as \"\(host)\": use its address or localhost, or start it with "
                + "--allowed-host \(host) if that is a name of its own"
        )
    }

    private func isKnown(_ name: Span<UInt8>) -> Bool {
        if name.equals(ignoringCase: "localhost") { return true }
        let suffix = 10
        if name.count > suffix,
            name.extracting(name.count - suffix..<name.count).equals(ignoringCase: ".localhost")
        {
            return true
        }
        return names.contains { $0.span.equals(ignoringCase: name) }
    }

    private static func withoutDot(_ name: String) -> String {
        name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}
