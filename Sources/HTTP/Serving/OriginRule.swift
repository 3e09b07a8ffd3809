import HTTPTypes

/// Keeps pages of other origins from changing anything, against cross-site request forgery.
///
/// A browser sends a form, or what looks like one, to any server without asking it first. What gives such a request away
/// is its Origin field (RFC 6454 §7) and Sec-Fetch-Site (W3C Fetch Metadata), which no page can set. Programs send
/// neither.
struct OriginRule: Sendable {
    /// The origins whose pages may.
    let policy: CrossOriginPolicy?

    /// Who sent a request, by its fields.
    private struct Sender {
        var origin: Range<Int>?
        var hasSeveralOrigins = false
        /// Whether Sec-Fetch-Site says that the page is the server's own; nil where it doesn't say.
        var isOwn: Bool?
    }

    /// Whether the request changes nothing, or comes from a program, a page of the server's own or an allowed one.
    func allows(_ head: RequestHead) -> Bool {
        switch head.method {
        case .post, .put, .patch, .delete: break
        default: return true
        }
        let sender = sender(of: head)
        if sender.isOwn == true || (sender.isOwn == nil && sender.origin == nil) { return true }
        // The browser knows better than the two fields: they look alike where the scheme alone differs, and where a proxy
        // leaves the port out of Host.
        if sender.isOwn == nil, !sender.hasSeveralOrigins, isOwn(sender.origin, head) { return true }
        return policy?.allows(head) ?? false
    }

    /// The answer to a request of another origin's page.
    func refusal(_ head: RequestHead) -> Problem {
        let origin = head.value(ofFieldNamed: "origin")
        return Problem(
            .forbidden,
            detail:
                "\(head.method.rawValue) from a page of another origin (\(origin.map { "\"\($0)\"" } ?? "not named")) is "
                + "refused: where that page may use this server, start it with --cors-origin and the page's origin"
        )
    }

    private func sender(of head: RequestHead) -> Sender {
        let bytes = head.bytes
        var sender = Sender()
        head.forEachValue(ofFieldNamed: "origin") { range in
            sender.hasSeveralOrigins = sender.origin != nil
            sender.origin = range
        }
        head.forEachValue(ofFieldNamed: "sec-fetch-site") { range in
            let site = bytes.span.extracting(range)
            if site.equals(ignoringCase: "cross-site") || site.equals(ignoringCase: "same-site") {
                sender.isOwn = false
            }
            if site.equals(ignoringCase: "same-origin"), sender.isOwn == nil { sender.isOwn = true }
        }
        return sender
    }

    /// Whether an origin has the host and the port that the request asks for.
    ///
    /// The scheme doesn't count, since TLS may end at a proxy, but it says which port is meant where none is named.
    private func isOwn(_ origin: Range<Int>?, _ head: RequestHead) -> Bool {
        guard let origin, let authority = head.authority else { return false }
        let bytes = head.bytes
        let whole = bytes.span.extracting(origin)
        let isSecure = whole.hasPrefix(ignoringCase: "https://")
        guard isSecure || whole.hasPrefix(ignoringCase: "http://") else { return false }
        let named = whole.extracting((isSecure ? 8 : 7)..<whole.count)
        guard HostField.isValid(named) else { return false }
        let asked = bytes.span.extracting(authority)
        let (left, right) = (HostField.parts(named), HostField.parts(asked))
        let standardPort = isSecure ? 443 : 80
        return !left.host.isEmpty && (left.port ?? standardPort) == (right.port ?? standardPort)
            && named.extracting(left.host).equals(ignoringCase: asked.extracting(right.host))
    }
}
