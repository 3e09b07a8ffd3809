import HTTP
import HTTPTypes

extension RouteParameter where Value == VersionReference {
    /// Which version of a model is meant; the newest where nothing is said.
    static let version = RouteParameter(
        Parameter(
            "version",
            in: .query,
            .versionReference,
            "A number, 0 for the initial weights, an alias, or a kept epoch; without it the newest"
        )
    ) { text in
        guard let text else { return .newest }
        guard !text.isEmpty else {
            throw Problem(.badRequest, detail: "query parameter \"version\": expected a number or an alias, found none")
        }
        return VersionReference(text)
    }
}
