import JSON

/// A value that is to stand somewhere in a document.
struct PlacedValue {
    /// The place as the request has it.
    let path: String
    /// The levels that are left.
    var tokens: ArraySlice<String>
    /// The value, as JSON.
    let value: String
}

extension JSONValue {
    /// This document with values at places of their own.
    ///
    /// A member that isn't there yet is added, and the name of an optimizer or a loss becomes an object with its options.
    ///
    /// - Parameter values: The values.
    /// - Returns: The document.
    /// - Throws: `FaultyInput` for a place that can't be: its pointer is that of the path in an experiment's space.
    func placing(_ values: [PlacedValue]) throws -> JSONValue {
        var json = JSONWriter()
        try writeTree(self, values, to: &json)
        return try JSONDocument(parsing: json.bytes).root
    }
}

private func writeTree(_ value: JSONValue, _ placed: [PlacedValue], to json: inout JSONWriter) throws {
    guard let first = placed.first else { return json.write(value) }
    if let whole = placed.first(where: { $0.tokens.isEmpty }) { return json.raw(whole.value.utf8) }
    /// Those of one member or element, one level further down.
    func below(_ token: String) -> [PlacedValue] {
        placed.filter { $0.tokens.first == token }.map { value in
            PlacedValue(path: value.path, tokens: value.tokens.dropFirst(), value: value.value)
        }
    }
    switch value.kind {
    case .object:
        try json.object { json in
            for member in value.members {
                json.key(member.key)
                try writeTree(member.value, below(member.key), to: &json)
            }
            for added in placed where value[added.tokens.first ?? ""] == nil {
                guard added.tokens.count == 1, let key = added.tokens.first else {
                    throw misfit(added, "the base has no \"\(added.tokens.first ?? "")\" there")
                }
                json.key(key)
                json.raw(added.value.utf8)
            }
        }
    case .array:
        let known = (0..<value.count).map(String.init)
        if let stray = placed.first(where: { !known.contains($0.tokens.first ?? "") }) {
            throw misfit(stray, "the base has \(value.count) elements there, counted from 0")
        }
        try json.array { json in
            for (place, element) in value.elements.enumerated() { try writeTree(element, below("\(place)"), to: &json) }
        }
    case .string where options(of: first) && placed.allSatisfy({ $0.tokens.count == 1 }):
        json.object { json in
            json.field("type", value)
            for added in placed {
                json.key(added.tokens.first ?? "")
                json.raw(added.value.utf8)
            }
        }
    default: throw misfit(first, "the base has \(value.summary) there, not an object or an array")
    }
}

/// Whether a value stands among the options of something that has a name alone where all of them are the usual ones.
private func options(of value: PlacedValue) -> Bool {
    ["/training/optimizer/", "/training/loss/"].contains { value.path.hasPrefix($0) }
}

private func misfit(_ value: PlacedValue, _ found: String) -> FaultyInput {
    FaultyInput(Fault(pointer: SpaceParameter.pointer(of: value.path), detail: found))
}
