import JSON

/// The words of a model's classes: of its one output that learned from words, or of several by the output's name.
struct ClassLabels: Sendable {
    private let words: [String: [String]]
    private static let only = ""

    /// The words of the one output's classes.
    init(_ labels: [String]) { words = [Self.only: labels] }

    /// The words of each output's classes.
    init(byOutput words: [String: [String]]) { self.words = words }

    /// The words of an output's classes; nil where there are none.
    func words(of output: String) -> [String]? { words[output] ?? words[Self.only] }
}

extension ClassLabels: JSONWritable {
    /// Writes the words, or an object of them by output name.
    func write(to json: inout JSONWriter) {
        if let only = words[Self.only] { return json.write(only) }
        json.object { json in
            for (output, labels) in words.sorted(by: { $0.key < $1.key }) { json.field(output, labels) }
        }
    }

    /// Reads what `write(to:)` wrote.
    init(reading json: JSONValue) throws {
        func list(_ value: JSONValue) throws -> [String] { try value.array().map { word in try word.string() } }
        if json.kind == .array {
            self.init(try list(json))
        } else {
            var words: [String: [String]] = [:]
            for member in json.members { words[member.key] = try list(member.value) }
            self.init(byOutput: words)
        }
    }
}
