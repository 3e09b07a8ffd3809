import HTTPTypes

/// The fields that keep a page from being framed or made to run what it did not bring; every answer forbids sniffing.
enum HTMLDefense {
    private static let fields: [(HTTPField.Name, String)] = [
        (
            .contentSecurityPolicy,
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
        ),
        (HTTPField.Name("Referrer-Policy"), "no-referrer"),
        (HTTPField.Name("X-Frame-Options"), "DENY"),
    ].compactMap { name, value in name.map { ($0, value) } }

    /// Adds what the handler of a page has not set itself.
    static func apply(to response: inout Response) {
        guard let type = response.contentType, type.hasPrefix("text/html") else { return }
        for (name, value) in fields where response.fields[name] == nil { response.fields[name] = value }
    }
}
