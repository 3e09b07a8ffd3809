import HTTPTypes

/// The routes by path, frozen into flat arrays that are only read while serving.
struct RouteTree: Sendable {
    struct Target: Sendable {
        let method: HTTPRequest.Method
        let endpoint: Endpoint
        let names: [String]
    }

    enum Match {
        case found(Target, values: [String])
        /// The path exists for these methods only.
        case methodNotAllowed([HTTPRequest.Method])
        case notFound
    }

    private struct Node: Sendable {
        /// Children by literal segment.
        var literals: [(text: String, child: Int)] = []
        /// Children by parameter, the longest suffix first.
        var parameters: [(suffix: String, child: Int)] = []
        var rest: Int?
        var targets: [Target] = []
    }

    private var nodes = [Node()]

    /// Adds a route; the same method and pattern twice is a mistake of the program, so it traps, unless the new one
    /// `replaces` the other.
    mutating func insert(
        _ method: HTTPRequest.Method,
        _ pattern: RoutePattern,
        _ endpoint: Endpoint,
        replaces: Bool = false
    ) {
        var node = 0
        for segment in pattern.segments { node = child(of: node, segment) }
        if replaces { nodes[node].targets.removeAll { $0.method == method } }
        precondition(
            !nodes[node].targets.contains { $0.method == method },
            "the route \(method.rawValue) \(pattern.text) is registered twice"
        )
        nodes[node].targets.append(Target(method: method, endpoint: endpoint, names: pattern.names))
    }

    /// Finds the route; a literal segment is preferred to a parameter, a parameter to the rest.
    func match(_ method: HTTPRequest.Method, _ segments: [String]) -> Match {
        var values: [String] = []
        var allowed: [HTTPRequest.Method] = []
        if let target = find(method, segments[...], at: 0, &values, &allowed) {
            return .found(target, values: values)
        }
        return allowed.isEmpty ? .notFound : .methodNotAllowed(allowed)
    }

    private func find(
        _ method: HTTPRequest.Method,
        _ segments: ArraySlice<String>,
        at index: Int,
        _ values: inout [String],
        _ allowed: inout [HTTPRequest.Method]
    ) -> Target? {
        guard let segment = segments.first else { return target(method, at: index, &allowed) }
        let rest = segments.dropFirst()
        for (text, child) in nodes[index].literals where text == segment {
            if let found = find(method, rest, at: child, &values, &allowed) { return found }
        }
        for (suffix, child) in nodes[index].parameters
        where segment.utf8.count > suffix.utf8.count && segment.hasSuffix(suffix) {
            let known = allowed.count
            values.append(suffix.isEmpty ? segment : String(segment.dropLast(suffix.count)))
            if let found = find(method, rest, at: child, &values, &allowed) { return found }
            values.removeLast()
            // A path of a pattern with an ending is no path of one without, whatever the method.
            if !suffix.isEmpty, allowed.count > known { return nil }
        }
        guard let child = nodes[index].rest else { return nil }
        values.append(segments.joined(separator: "/"))
        if let found = target(method, at: child, &allowed) { return found }
        values.removeLast()
        return nil
    }

    /// The node's endpoint for the method, GET standing in for HEAD (RFC 9110 §9.3.2); else its methods are noted.
    private func target(
        _ method: HTTPRequest.Method,
        at index: Int,
        _ allowed: inout [HTTPRequest.Method]
    ) -> Target? {
        let targets = nodes[index].targets
        if let target = targets.first(where: { $0.method == method }) { return target }
        if method == .head, let target = targets.first(where: { $0.method == .get }) { return target }
        for target in targets {
            if !allowed.contains(target.method) { allowed.append(target.method) }
            if target.method == .get, !allowed.contains(.head) { allowed.append(.head) }
        }
        return nil
    }

    private mutating func child(of node: Int, _ segment: RoutePattern.Segment) -> Int {
        let next = nodes.count
        switch segment {
        case .literal(let text):
            if let known = nodes[node].literals.first(where: { $0.text == text }) { return known.child }
            nodes[node].literals.append((text, next))
        case .parameter(let suffix):
            if let known = nodes[node].parameters.first(where: { $0.suffix == suffix }) { return known.child }
            nodes[node].parameters.append((suffix, next))
            nodes[node].parameters.sort { $0.suffix.utf8.count > $1.suffix.utf8.count }
        case .rest:
            if let known = nodes[node].rest { return known }
            nodes[node].rest = next
        }
        nodes.append(Node())
        return next
    }
}
