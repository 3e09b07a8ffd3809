import JSON
import NN

/// A layer as it is written into a file.
struct ExportedLayer {
    /// Its place in the definition.
    let place: Int
    /// Its name.
    var name: String
    /// Keras's class name.
    let type: String
    /// Its arguments.
    let arguments: JSONValue
    /// Whose results it takes.
    let inputs: [String]
    /// What the names of its weights begin with.
    let prefix: String
    /// The shape of a sample of its first result; nil for open extents.
    let shape: [Int?]

    /// An integer argument.
    func int(_ key: String, _ standard: Int = 0) -> Int { arguments[key].flatMap { try? $0.int() } ?? standard }

    /// A list of integers, or one.
    func ints(_ key: String) -> [Int]? {
        guard let value = arguments[key], !value.isNull else { return nil }
        if value.kind == .array { return value.elements.compactMap { try? $0.int() } }
        return (try? value.int()).map { [$0] }
    }

    /// A number.
    func number(_ key: String, _ standard: Double = 0) -> Double {
        arguments[key].flatMap { try? $0.double() } ?? standard
    }

    /// A truth value.
    func flag(_ key: String, _ standard: Bool = false) -> Bool { arguments[key].flatMap { try? $0.bool() } ?? standard }

    /// A word.
    func word(_ key: String, _ standard: String = "") -> String {
        arguments[key].flatMap { try? $0.string() } ?? standard
    }

    /// A layer within this one.
    func inner(_ value: JSONValue, prefix: String, inputs: [String], shape: [Int?]) -> ExportedLayer {
        ExportedLayer(
            place: place,
            name: name,
            type: value["type"].flatMap { try? $0.string() } ?? "",
            arguments: value,
            inputs: inputs,
            prefix: prefix,
            shape: shape
        )
    }
}
