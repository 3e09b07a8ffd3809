public import JSON

/// One thing for every output of a model, or one for each: by name, or in the order of the outputs.
///
/// The forms that Keras's `compile` takes for `loss`, `loss_weights` and `metrics`.
public enum PerOutput<Item: Sendable & Equatable>: Sendable, Equatable {
    /// The same for every output.
    case all(Item)
    /// One for each output, in their order; nil for none.
    case list([Item?])
    /// One for each output that is named; nil for none.
    case named([String: Item?])

    /// Every item that there is.
    var items: [Item] {
        switch self {
        case .all(let item): [item]
        case .list(let items): items.compactMap { $0 }
        case .named(let items): items.sorted { $0.key < $1.key }.compactMap(\.value)
        }
    }

    /// What each output has, with its place below the key of a training request.
    ///
    /// - Parameters:
    ///   - outputs: The outputs of the model.
    ///   - pointer: Where the things stand in the request.
    ///   - faults: Where a wrong name or number is added.
    /// - Returns: One entry an output, nil for those that have none.
    func resolved(
        for outputs: [NetworkOutput],
        at pointer: String,
        _ faults: inout Faults
    ) -> [(item: Item, pointer: String)?] {
        switch self {
        case .all(let item):
            return outputs.map { _ in (item, pointer) }
        case .list(let items):
            guard items.count == outputs.count else {
                let names = outputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
                faults.add(
                    pointer,
                    "expected one entry an output, \(outputs.count) of them: \(names); found \(items.count)"
                )
                return outputs.map { _ in nil }
            }
            return items.enumerated().map { place, item in item.map { ($0, "\(pointer)/\(place)") } }
        case .named(let items):
            let known = outputs.map(\.name)
            for name in items.keys.sorted() where !known.contains(name) {
                faults.add("\(pointer)/\(name)", Suggestion.unknown("output", name, known: known))
            }
            return outputs.map { output in
                (items[output.name] ?? nil).map { ($0, "\(pointer)/\(output.name)") }
            }
        }
    }
}

extension PerOutput: JSONWritable where Item: JSONWritable {
    /// Writes the one thing, an array or an object by output name.
    public func write(to json: inout JSONWriter) {
        switch self {
        case .all(let item): json.write(item)
        case .list(let items):
            json.array { json in
                for item in items {
                    if let item { json.write(item) } else { json.null() }
                }
            }
        case .named(let items):
            json.object { json in
                for (name, item) in items.sorted(by: { $0.key < $1.key }) {
                    json.key(name)
                    if let item { json.write(item) } else { json.null() }
                }
            }
        }
    }
}

extension PerOutput {
    /// Reads an array or an object by output name, whose elements `read` reads; null stands for none.
    static func reading(
        several value: JSONValue,
        _ faults: inout Faults,
        _ read: (JSONValue, inout Faults) -> Item?
    ) -> PerOutput {
        if value.kind == .array {
            return .list(value.elements.map { $0.isNull ? nil : read($0, &faults) })
        }
        var items: [String: Item?] = [:]
        for member in value.members {
            items.updateValue(member.value.isNull ? nil : read(member.value, &faults), forKey: member.key)
        }
        return .named(items)
    }
}
