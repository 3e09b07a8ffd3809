import HTTP
import HTTPTypes

/// The routes as a table of Markdown, for the docs.
enum RouteTable {
    /// One table, the routes of a subject after those of another.
    static func markdown(of subjects: [any Subject.Type]) -> String {
        let rows = subjects.flatMap { $0.declarations }.map(row).joined(separator: "\n")
        let words = usual.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ". ")
        return "| request | | answers |\n|---|---|---|\n\(rows)\n\n\(words)."
    }

    /// What statuses mean that many routes give, and that a row gives no words to.
    private static let usual = Dictionary(
        uniqueKeysWithValues: [Answer.notFound, .unprocessable, .preconditionFailed].map { ($0.status, $0.summary) }
    )

    private static func row(_ route: RouteDeclaration) -> String {
        let query = route.queryNames.map { "\($0)=" }.joined(separator: "&")
        let target = route.path + (query.isEmpty ? "" : "[?\(query)]")
        let answers = route.answers.map {
            usual[$0.status] == $0.summary ? "\($0.status)" : "\($0.status) \($0.summary)"
        }
        .joined(separator: "; ")
        let cells = ["`\(route.method.rawValue) \(target)`", "\(route.summary)\(need(of: route))", answers]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    /// What a token must allow, where that isn't what the method lets expect.
    private static func need(of route: RouteDeclaration) -> String {
        guard route.access != (route.method == .get ? .read : .full) else { return "" }
        return route.access == .open ? "; no token is needed" : "; a token of scope `\(route.access.rawValue)` will do"
    }
}
