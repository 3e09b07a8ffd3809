import ArgumentParser

/// `trainyard routes`: what the server answers, for people and for docs.
struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print every route as a table of Markdown.",
        discussion: "For programs, a running server describes itself at /openapi.json."
    )

    /// Prints the table.
    func run() { StandardOutput.write(RouteTable.markdown(of: Subjects.all)) }
}
