import HTTP
import Platform

/// What the server answers about: a folder with its rules, its documents and its routes.
protocol Subject: Sendable {
    /// The heading under which the description has its routes.
    static var title: String { get }

    /// Its routes.
    static var routes: [Route<Self>] { get }

    /// How its errors are told where they have a form of their own; nil for problems (RFC 9457).
    static var refusal: Answer? { get }

    /// The rules of the subject, made of the parts that the program has started.
    init(_ parts: Parts)

    /// Adds its routes to a router.
    func add(to router: inout Router, under rules: RouteRules)
}

extension Subject {
    /// The routes as the description has them.
    static var declarations: [RouteDeclaration] { routes.map(\.declaration) }

    /// Problems, as most subjects tell them.
    static var refusal: Answer? { nil }

    /// Adds its routes to a router.
    func add(to router: inout Router, under rules: RouteRules) {
        for route in Self.routes { route.add(to: &router, for: self, under: rules) }
    }
}
