import JSON

/// The words of a model's classes: of its one output that learned from words, or of several by the output's name.
struct ClassLabels: Sendable {
    private let words: [String: [String]]
    private static let only = ""

    /// The words of the one output's classes.
    init(_ labels: [String]) { words = [Self.only: labels] }

    /// The words of each output's classes.
    init(byOutput words: [String: [String]]) { self.words = words }

    /// What is wrong with going on from a version whose classes have these words, with data of others; nil where nothing is.
    ///
    /// Data without words has classes by number, which are the version's. Words stand in the order of their bytes, so that
    /// the same words are the same classes, whatever the order of the rows.
    ///
    /// - Parameters:
    ///   - data: The words in the data.
    ///   - outputs: The names of the model's outputs.
    /// - Returns: A sentence with both lists, or nil.
    func conflict(with data: ClassLabels, outputs: [String]) -> String? {
        for output in outputs {
            guard let own = words(of: output), let other = data.words(of: output), own != other else { continue }
            let place = outputs.count > 1 ? " of \"\(output)\"" : ""
            return
                "the classes\(place) of initial_version are \(Self.listed(own)), those of the data \(Self.listed(other)); "
                + "train on the same words, or from the initial weights (initial_version 0)"
        }
        return nil
    }

    /// These words, and those of other labels for outputs that have none here.
    func filled(from others: ClassLabels?, outputs: [String]) -> ClassLabels {
        guard let others, outputs.count > 1 else { return self }
        let all = outputs.compactMap { output in (words(of: output) ?? others.words(of: output)).map { (output, $0) } }
        return ClassLabels(byOutput: Dictionary(uniqueKeysWithValues: all))
    }

    private static func listed(_ words: [String]) -> String {
        let shown = words.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
        return words.count > 20 ? "\(shown) and \(words.count - 20) more" : shown
    }

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
