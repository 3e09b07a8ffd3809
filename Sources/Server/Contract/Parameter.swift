import HTTP
import HTTPTypes
import JSON

/// What a description tells of one parameter of a route (OpenAPI 3.1 §4.8.12).
struct Parameter: Sendable {
    /// Where a request has it.
    enum Place: String, Sendable {
        /// A `{name}` segment of the path.
        case path
        /// The query.
        case query
        /// A field of the head.
        case header
    }

    let name: String
    let place: Place
    let schema: Schema
    /// What it means, in CommonMark; nil where the name says it.
    let summary: String?
    /// Whether a request must have it.
    let isRequired: Bool
    /// Whether its text is JSON rather than the value itself.
    let isJSON: Bool

    /// A parameter that is read elsewhere than in its declaration.
    init(
        _ name: String,
        in place: Place,
        _ schema: Schema,
        _ summary: String? = nil,
        isRequired: Bool = false,
        isJSON: Bool = false
    ) {
        self.name = name
        self.place = place
        self.schema = schema
        self.summary = summary
        self.isRequired = isRequired || place == .path
        self.isJSON = isJSON
    }
}

/// Something that a route lists among its parameters.
protocol DeclaredParameter: Sendable {
    /// What the description tells of it.
    var declaration: Parameter { get }
}

extension Parameter: DeclaredParameter {
    var declaration: Parameter { self }
}

extension Parameter: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("in", place.rawValue)
            if isRequired { json.field("required", true) }
            json.field("description", ifPresent: summary)
            guard isJSON else { return json.field("schema", schema) }
            json.field("content", JSONMembers([("application/json", JSONMembers([("schema", schema)]))]))
        }
    }
}

/// A parameter together with how its text becomes a value: `let limit = try request[.limit]`.
struct RouteParameter<Value: Sendable>: DeclaredParameter {
    let declaration: Parameter
    /// The value of a text, or of none.
    private let read: @Sendable (String?) throws -> Value

    /// A parameter whose text a closure reads; nil stands for none.
    init(_ declaration: Parameter, read: @escaping @Sendable (String?) throws -> Value) {
        self.declaration = declaration
        self.read = read
    }

    fileprivate func value(in request: Request) throws -> Value {
        let name = declaration.name
        switch declaration.place {
        case .path: return try read(request.parameters.require(name))
        case .query: return try read(request.query[name])
        case .header: return try read(HTTPField.Name(name).flatMap { request[$0] })
        }
    }
}

extension Request {
    /// The value of a parameter that the route has declared.
    subscript<Value>(parameter: RouteParameter<Value>) -> Value {
        get throws { try parameter.value(in: self) }
    }
}

extension RouteParameter where Value == String {
    /// A segment of the path.
    static func path(_ name: String, _ schema: Schema, _ summary: String? = nil) -> RouteParameter {
        RouteParameter(Parameter(name, in: .path, schema, summary)) { $0 ?? "" }
    }
}

extension RouteParameter where Value == Int {
    /// An integer of the query, with the one that counts where none is given.
    static func query(
        _ name: String,
        _ range: ClosedRange<Int>,
        default standard: Int,
        _ summary: String? = nil
    ) -> RouteParameter {
        RouteParameter(Parameter(name, in: .query, .integer(range).defaulting(to: standard), summary)) { text in
            try text.map { try integer(name, $0, range) } ?? standard
        }
    }
}

extension RouteParameter where Value == Int? {
    /// An integer of the query that need not be there.
    static func optionalQuery(_ name: String, _ range: ClosedRange<Int>, _ summary: String? = nil) -> RouteParameter {
        RouteParameter(Parameter(name, in: .query, .integer(range), summary)) { text in
            try text.map { try integer(name, $0, range) }
        }
    }
}

/// The integer that a parameter of the query has.
private func integer(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws(Problem) -> Int {
    guard let number = Int(text), range.contains(number) else {
        let allowed = "an integer from \(range.lowerBound) to \(range.upperBound)"
        throw Problem(.badRequest, detail: "query parameter \"\(name)\": expected \(allowed), found \"\(text)\"")
    }
    return number
}

extension RouteParameter where Value == Bool {
    /// A switch of the query, with where it stands if it isn't given.
    static func query(_ name: String, default standard: Bool = false, _ summary: String? = nil) -> RouteParameter {
        RouteParameter(Parameter(name, in: .query, .boolean.defaulting(to: standard), summary)) { text in
            guard let text else { return standard }
            guard let value = Bool(text) else {
                throw Problem(
                    .badRequest,
                    detail: "query parameter \"\(name)\": expected true or false, found \"\(text)\""
                )
            }
            return value
        }
    }
}

extension RouteParameter {
    /// A text of the query that need not be there.
    static func optionalQuery<Wrapped>(
        _ name: String,
        _ schema: Schema,
        _ summary: String? = nil,
        read: @escaping @Sendable (String) throws -> Wrapped
    ) -> RouteParameter where Value == Wrapped? {
        RouteParameter(Parameter(name, in: .query, schema, summary)) { try $0.map(read) }
    }
}
