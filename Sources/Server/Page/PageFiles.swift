import HTTP
import HTTPTypes
import Page

/// The page for people with a browser: a shell that is open to everybody and has no data, and the files it is made of.
struct PageFiles: Sendable {
    /// The page at `/`, for who asks for `text/html` by name; a sign of life for all others, as KServe's checks want one.
    func shell(for request: Request) async throws -> Response {
        guard let accept = request[.accept], Self.names("text/html", in: accept) else {
            return .json(.ok, ["status": "alive"], fields: Self.vary)
        }
        // The page's addresses are relative: without the slash they would lead beside the prefix. Location gets the prefix.
        if !request.prefix.isEmpty, request.path == request.prefix {
            return Response(.permanentRedirect, fields: [.location: "/", .vary: "Accept"])
        }
        return try await answer(Page.shell, to: request, Self.shellFields)
    }

    /// The picture that browsers look for by themselves.
    func icon(for request: Request) async throws -> Response {
        try await answer(Page.icon, to: request, [.cacheControl: "public, max-age=86400", .vary: "Accept-Encoding"])
    }

    /// A file of the page, which stays as it is under its hash.
    ///
    /// - Throws: A `Problem` with 404 for another hash than that of this program, and for what is no file.
    func asset(_ path: String, under hash: String, for request: Request) async throws -> Response {
        guard hash == Page.hash else {
            throw Problem(.notFound, detail: "the page was updated: its files are under another hash; load it anew")
        }
        guard let file = Page.files[path], path != Page.shell.path else {
            throw Problem(.notFound, detail: "the page has no file \"\(path)\"")
        }
        return try await answer(file, to: request, Self.assetFields)
    }

    /// The file packed for who accepts that, and unpacked for others.
    private func answer(_ file: Page.File, to request: Request, _ fields: HTTPFields) async throws -> Response {
        let isPacked =
            request[.acceptEncoding].map { ContentCoding.weight(of: .gzip, inAcceptEncoding: $0) > 0 } ?? false
        var fields = fields
        if isPacked { fields[.contentEncoding] = ContentCoding.gzip.rawValue }
        return try await Response.representation(
            for: request,
            contentType: file.mediaType,
            tag: EntityTag(isPacked ? "\(Page.hash)-gzip" : Page.hash),
            fields: fields
        ) {
            isPacked ? file.gzip : try Self.unpacked(file)
        }
    }

    private static func unpacked(_ file: Page.File) throws -> [UInt8] {
        let inflater = Inflater(.gzip, limit: file.byteCount, ratio: Int.max)
        inflater.feed(file.gzip)
        var bytes: [UInt8] = []
        while let piece = try inflater.next() { bytes += piece }
        try inflater.finish()
        return bytes
    }

    /// Whether a media type stands in an `Accept` field as it is, with a weight above 0.
    private static func names(_ type: String, in accept: String) -> Bool {
        WeightedItems.read(accept).contains { $0.name == type && $0.weight > 0 }
    }

    private static let vary: HTTPFields = [.vary: "Accept"]

    private static let assetFields: HTTPFields = [
        .cacheControl: "public, max-age=31536000, immutable", .vary: "Accept-Encoding",
    ]

    /// What the shell may do, which is little: run its own modules, ask its own server, show pictures and sounds of its own.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "media-src blob:",
        "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    private static let shellFields: HTTPFields = {
        var fields: HTTPFields = [
            .cacheControl: "no-cache", .vary: "Accept, Accept-Encoding", .contentSecurityPolicy: policy,
        ]
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", "microphone=(self), camera=(), geolocation=()"),
        ] {
            guard let name = HTTPField.Name(name) else { continue }
            fields[name] = value
        }
        return fields
    }()
}
