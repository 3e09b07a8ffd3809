import JSON

/// A JSON Schema (draft 2020-12, as OpenAPI 3.1 takes it), built of parts.
///
/// One that has a name stands once in the description's components, and wherever it is used a reference leads there.
struct Schema: JSONWritable {
    /// What a keyword may hold.
    typealias Value = any JSONWritable & Sendable

    /// The name in the components; nil for a schema that is written where it is used.
    let name: String?
    /// The schemas that it is made of.
    let parts: [Schema]
    private let keywords: [(name: String, value: Value)]

    /// A schema of keywords; `parts` are the schemas inside their values.
    init(_ keywords: [(name: String, value: Value)], parts: [Schema] = []) {
        name = nil
        self.keywords = keywords
        self.parts = parts
    }

    private init(named name: String?, _ keywords: [(name: String, value: Value)], _ parts: [Schema]) {
        self.name = name
        self.keywords = keywords
        self.parts = parts
    }

    /// Writes the schema, or a reference to where it stands.
    func write(to json: inout JSONWriter) {
        guard let name else { return writeKeywords(to: &json) }
        json.object { json in json.field("$ref", "#/components/schemas/\(name)") }
    }

    /// Writes the schema itself.
    func writeKeywords(to json: inout JSONWriter) {
        json.object { json in
            for (name, value) in keywords {
                json.key(name)
                value.write(to: &json)
            }
        }
    }

    /// The same schema under a name in the components.
    func named(_ name: String) -> Schema { Schema(named: name, keywords, parts) }

    /// The same schema with a keyword more; one that has a name is wrapped, since its keywords stand elsewhere.
    func with(_ keyword: String, _ value: Value) -> Schema {
        guard name == nil else { return Schema(named: nil, [("allOf", [self]), (keyword, value)], [self]) }
        return Schema(named: nil, keywords.filter { $0.name != keyword } + [(keyword, value)], parts)
    }

    /// The same schema, explained in CommonMark.
    func described(_ text: String) -> Schema { with("description", text) }

    /// The same schema with the value that counts where none is given.
    func defaulting(to value: Value) -> Schema { with("default", value) }

    /// The same schema with a value that shows what is meant.
    func example(_ value: Value) -> Schema { with("examples", JSONSequence([value])) }

    /// The schema, or null.
    var orNull: Schema { .any(of: [self, .null]) }
}

extension Schema {
    /// Any value.
    static let anything = Schema([])

    /// Null alone.
    static let null = Schema([("type", "null")])

    /// True or false.
    static let boolean = Schema([("type", "boolean")])

    /// A text.
    static let string = Schema([("type", "string")])

    /// An integer.
    static let integer = Schema([("type", "integer")])

    /// A number.
    static let number = Schema([("type", "number")])

    /// A point of time as RFC 3339 writes it.
    static let time = string.with("format", "date-time")

    /// A text that a regular expression (ECMA-262) describes as a whole.
    static func string(matching pattern: String) -> Schema { string.with("pattern", pattern) }

    /// A text of so many characters.
    static func string(length: ClosedRange<Int>) -> Schema {
        string.with("minLength", length.lowerBound).with("maxLength", length.upperBound)
    }

    /// A text as a query may have it: without NUL.
    static let queryText = string(matching: "^[^\\u0000]*$")

    /// An integer of a range.
    static func integer(_ range: ClosedRange<Int>) -> Schema {
        integer.with("minimum", range.lowerBound).with("maximum", range.upperBound)
    }

    /// An integer from a least one on, to the greatest that a JSON number carries exactly.
    static func integer(_ range: PartialRangeFrom<Int>) -> Schema {
        integer(range.lowerBound...JSONValue.exactIntegers.upperBound)
    }

    /// A number from a least one on.
    static func number(_ range: PartialRangeFrom<Double>) -> Schema { number.with("minimum", range.lowerBound) }

    /// A number of a range without its end.
    static func number(_ range: Range<Double>) -> Schema {
        number(range.lowerBound...).with("exclusiveMaximum", range.upperBound)
    }

    /// One of some texts.
    static func oneOf(_ texts: [String]) -> Schema { Schema([("type", "string"), ("enum", texts)]) }

    /// That value alone.
    static func constant(_ value: Value) -> Schema { Schema([("const", value)]) }

    /// An array whose elements are alike.
    static func array(of element: Schema, count: ClosedRange<Int>? = nil) -> Schema {
        var array = Schema([("type", "array"), ("items", element)], parts: [element])
        if let count {
            array = array.with("minItems", count.lowerBound)
            if count.upperBound != .max { array = array.with("maxItems", count.upperBound) }
        }
        return array
    }

    /// An object whose members have any names and are alike.
    static func map(of value: Schema) -> Schema {
        Schema([("type", "object"), ("additionalProperties", value)], parts: [value])
    }

    /// What one schema or several of these describe.
    static func any(of schemas: [Schema]) -> Schema { Schema([("anyOf", schemas)], parts: schemas) }

    /// What exactly one of these describes.
    static func one(of schemas: [Schema]) -> Schema { Schema([("oneOf", schemas)], parts: schemas) }

    /// What all of these describe.
    static func all(of schemas: [Schema]) -> Schema { Schema([("allOf", schemas)], parts: schemas) }

    /// What the schema does not describe.
    static func not(_ schema: Schema) -> Schema { Schema([("not", schema)], parts: [schema]) }

    /// An object that has these members, whatever they are.
    static func having(_ members: String...) -> Schema { Schema([("required", members)]) }
}

extension Schema {
    /// One member of an object.
    struct Member: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool

        /// A member that must be there.
        static func required(_ name: String, _ schema: Schema) -> Member {
            Member(name: name, schema: schema, isRequired: true)
        }

        /// A member that may be left out.
        static func optional(_ name: String, _ schema: Schema) -> Member {
            Member(name: name, schema: schema, isRequired: false)
        }
    }

    /// An object; a closed one has no other members.
    static func object(_ members: [Member] = [], closed: Bool = false) -> Schema {
        var keywords: [(name: String, value: Value)] = [("type", "object")]
        let required = members.filter(\.isRequired).map(\.name)
        if !required.isEmpty { keywords.append(("required", required)) }
        if !members.isEmpty {
            keywords.append(("properties", JSONMembers(members.map { ($0.name, $0.schema) })))
        }
        if closed { keywords.append(("additionalProperties", false)) }
        return Schema(keywords, parts: members.map(\.schema))
    }
}

/// An object whose members keep their order.
struct JSONMembers: JSONWritable {
    private let members: [(String, Schema.Value)]

    /// The members by name.
    init(_ members: [(String, Schema.Value)]) { self.members = members }

    func write(to json: inout JSONWriter) {
        json.object { json in
            for (name, value) in members {
                json.key(name)
                value.write(to: &json)
            }
        }
    }
}

/// An array of values of several kinds.
struct JSONSequence: JSONWritable {
    private let values: [Schema.Value]

    /// The values in their order.
    init(_ values: [Schema.Value]) { self.values = values }

    func write(to json: inout JSONWriter) {
        json.array { json in
            for value in values { value.write(to: &json) }
        }
    }
}
