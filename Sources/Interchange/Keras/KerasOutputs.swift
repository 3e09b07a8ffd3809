import JSON

/// The outputs of a model as Keras's `compile` takes what is said of each: by name, or in the structure in which the
/// model gives them.
struct KerasOutputs {
    /// The structure: lists and objects of outputs, which count in the order in which Keras flattens it.
    private indirect enum Structure {
        case output(Int)
        case list([Structure])
        case object([(key: String, value: Structure)])
    }

    /// Their names here; none where they aren't known.
    let names: [String]
    /// Their names in Keras: those of an object of outputs, else those of the layers that give them.
    private let given: [String]
    private let structure: Structure?

    /// Outputs of which nothing is known.
    init() { (names, given, structure) = ([], [], nil) }

    /// Reads the outputs of a model.
    ///
    /// - Parameters:
    ///   - layers: Its `output_layers`.
    ///   - names: The names of its outputs here, in their order.
    init(_ layers: JSONValue?, names: [String]) {
        var given: [String] = []
        func read(_ value: JSONValue, _ key: String?) -> Structure {
            if value.kind == .object {
                let members = value.members.sorted { $0.key < $1.key }
                return .object(members.map { ($0.key, read($0.value, $0.key)) })
            }
            if value.kind == .array, let first = value[0], first.kind != .string {
                return .list(value.elements.map { read($0, nil) })
            }
            given.append(key ?? (try? value[0]?.string()) ?? "")
            return .output(given.count - 1)
        }
        let structure = layers.map { read($0, nil) }
        let isKnown = given.count == names.count
        self.names = isKnown ? names : []
        self.given = isKnown ? given : []
        self.structure = isKnown ? structure : nil
    }

    /// What is said of each output that is named, by its number.
    ///
    /// - Parameters:
    ///   - value: What `compile` was told.
    ///   - word: What it is, in the notes.
    ///   - notes: Told which names are none of an output.
    /// - Returns: Nil where it is said neither by name nor in the structure of the outputs.
    func parts(of value: JSONValue, _ word: String, _ notes: inout [String]) -> [(output: Int, value: JSONValue)]? {
        guard let structure else { return nil }
        if value.kind == .object, value["class_name"] == nil {
            let isByName = value.members.contains { given.contains($0.key) }
            if isByName || value.members.allSatisfy({ $0.value.kind != .object || $0.value["class_name"] != nil }) {
                return value.members.compactMap { member in
                    if let number = given.firstIndex(of: member.key) { return (number, member.value) }
                    notes.append("\(word) of \"\(member.key)\" is left out, which is no output of the model")
                    return nil
                }
            }
        }
        return Self.parts(of: value, structure)
    }

    private static func parts(of value: JSONValue, _ structure: Structure) -> [(output: Int, value: JSONValue)]? {
        var found: [(output: Int, value: JSONValue)] = []
        func collect(_ value: JSONValue, _ structure: Structure) -> Bool {
            if value.isNull { return true }
            switch structure {
            case .output(let number):
                found.append((number, value))
                return true
            case .list(let parts):
                guard value.kind == .array, value.count == parts.count else { return false }
                return zip(value.elements, parts).allSatisfy { collect($0, $1) }
            case .object(let parts):
                guard value.kind == .object, value["class_name"] == nil else { return false }
                return parts.allSatisfy { part in value[part.key].map { collect($0, part.value) } ?? true }
            }
        }
        return collect(value, structure) ? found : nil
    }
}
