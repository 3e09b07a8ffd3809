/// What the router does not know of its routes, as JSON.
///
/// Each text is an object of OpenAPI operations under `METHOD /pattern`. To describe further routes is to add a file with
/// such a text and its line here. Paths, path parameters, the answer for errors and the need for a token are added by
/// `OpenAPIDocument`.
enum OpenAPI {
    /// The operations.
    static let operations = [
        operationRoutes, modelRoutes, versionRoutes, datasetRoutes, trainingRoutes, jobRoutes, predictionRoutes,
    ]

    /// What a reader is told first, in CommonMark.
    static let introduction = """
        Every error is `application/problem+json` (RFC 9457): `detail` says what was wrong, where, what was found, what \
        is allowed; `errors` lists every fault of the body by its JSON pointer. A refused request changes nothing. Where \
        the server has a token file, requests need `Authorization: Bearer TOKEN`; a token of scope `read` may look at \
        everything and ask for predictions.
        """
}
