import HTTP
import HTTPTypes
import Page

extension PageFiles: Subject {
    init(_ parts: Parts) {}

    static let title = "page"

    static let routes: [Route<PageFiles>] = [
        Route(
            .get,
            "/",
            "showPage",
            "The page for people with a browser",
            details:
                "For who asks for `text/html` by name; a sign of life for all others. It holds no data, and asks for a token where one is needed.",
            access: .open,
            toleratesQuery: true,
            answers: [
                Answer(
                    200,
                    "the page",
                    contents: [("text/html", .string), ("application/json", .object([.required("status", .string)]))]
                ), unchanged,
                Answer(308, "under a prefix, without the slash at its end", fields: [Answer.location]),
            ]
        ) { page, request in try await page.shell(for: request) },
        Route(
            .get,
            "/favicon.ico",
            "showIcon",
            "The page's icon",
            access: .open,
            toleratesQuery: true,
            answers: [Answer(200, "the icon", contents: [("image/svg+xml", nil)]), unchanged]
        ) { page, request in try await page.icon(for: request) },
        Route(
            .get,
            "/assets/{hash}/{path...}",
            "readAsset",
            "A file of the page",
            details: "The hash is over all files, so that a file never changes.",
            access: .open,
            parameters: [hash, path],
            toleratesQuery: true,
            answers: [
                Answer(200, "the file", contents: mediaTypes.map { ($0, nil) }), unchanged,
                .problem(404, "the page has no such file, or was updated"),
            ]
        ) { page, request in
            try await page.asset(request[path], under: request[hash], for: request)
        },
    ]

    private static let unchanged = Answer(304, "the client has it already")

    private static let hash = RouteParameter.path("hash", .string(matching: "^[^/]+$"), "As the page names it")

    private static let path = RouteParameter.path("path", .string(matching: "^.+$"), "From the page's root")

    private static let mediaTypes = Set(Page.files.values.map { $0.mediaType.prefix { $0 != ";" } }.map(String.init))
        .sorted()
}
