import HTTP
import JSON
import ModelStore

extension Schema {
    /// The rule for names of models and datasets.
    static let name = string(matching: NameRule.pattern).named("Name")

    /// The extents of an array's axes.
    static let shape = array(of: .integer(0...)).named("Shape")

    /// An error (RFC 9457).
    static let problem = object([
        .required("type", .string.with("format", "uri-reference")), .required("title", .string),
        .required("status", .integer(400...599)), .required("detail", .string),
        .optional("errors", .array(of: .object([.required("pointer", .string), .required("detail", .string)]))),
        .optional("request_id", .string),
    ]).named("Problem")

    /// How numbers were taken, where that is doubtful.
    static let notes = array(of: .string).described("How numbers were taken, where that is doubtful").named("Notes")

    /// A list under the name of its member.
    static func list(_ name: String, of element: Schema) -> Schema {
        object([.required(name, .array(of: element))])
    }

    /// A page of a list, and what `after` takes for the next one.
    static func page(_ name: String, of element: Schema, next: Schema) -> Schema {
        object([.required(name, .array(of: element)), .required("next", next.orNull)])
    }
}

extension RouteParameter where Value == Bool {
    /// Whether to check everything and change nothing.
    static let dryRun = query("dry_run", "Check everything and change nothing")
}

extension RouteParameter where Value == String {
    /// The name of a model in the path.
    static let modelName = path("name", .name)
}

extension Parameter {
    /// What the tag of the thing has to be (RFC 9110 §13.1.1).
    static let ifMatch = Parameter("If-Match", in: .header, .string)

    /// What the tag of the thing may not be (RFC 9110 §13.1.2).
    static let ifNoneMatch = Parameter("If-None-Match", in: .header, .string)
}
