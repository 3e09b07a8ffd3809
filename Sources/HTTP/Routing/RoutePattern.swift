/// The pattern of a route, such as `/models/{name}/weights`, `/v1/models/{name}:predict` or `/files/{path...}`.
struct RoutePattern: Sendable {
    enum Segment: Sendable, Hashable {
        case literal(String)
        /// One segment that ends in `suffix`, which is empty for a plain `{name}`; the value is what stands before it.
        case parameter(suffix: String)
        /// Everything that is left, joined by `/`.
        case rest
    }

    let text: String
    private(set) var segments: [Segment] = []
    private(set) var names: [String] = []

    /// Reads a pattern; a mistake in one is a mistake of the program, so it traps.
    init(_ text: String) {
        self.text = text
        precondition(text.hasPrefix("/"), "the route pattern \"\(text)\" does not start with /")
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if case .rest? = segments.last {
                preconditionFailure("the route pattern \"\(text)\" goes on after {…...}")
            }
            guard part.hasPrefix("{"), let close = part.firstIndex(of: "}") else {
                precondition(!part.contains("{"), "the route pattern \"\(text)\" has a parameter inside a segment")
                segments.append(.literal(String(part)))
                continue
            }
            let name = part[part.index(after: part.startIndex)..<close]
            let suffix = String(part[part.index(after: close)...])
            if name.hasSuffix("..."), suffix.isEmpty {
                names.append(String(name.dropLast(3)))
                segments.append(.rest)
            } else {
                names.append(String(name))
                segments.append(.parameter(suffix: suffix))
            }
        }
        precondition(Set(names).count == names.count, "the route pattern \"\(text)\" names a parameter twice")
        precondition(names.allSatisfy { !$0.isEmpty }, "the route pattern \"\(text)\" has a parameter without a name")
    }
}
