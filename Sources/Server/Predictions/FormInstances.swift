import Features
import JSON

/// Instances whose inputs are the parts of a form: a file, a text, a number, JSON, or an array of NumPy of one row or
/// several.
struct FormInstances {
    private let inputs: [RawInput]
    /// The part of each input, by its name; nil where it wasn't sent.
    private let parts: [RawInstances.Part?]
    /// The arrays among the parts, with how many rows they have.
    private let arrays: [(array: RowArray, count: Int)?]
    /// How many instances there are.
    let count: Int

    /// Finds the part of each input.
    ///
    /// - Throws: `FaultyInput` for parts that are no inputs, and arrays of unequal length.
    init(_ inputs: [RawInput], _ parts: [RawInstances.Part]) throws(FaultyInput) {
        self.inputs = inputs
        let known = inputs.map(\.name)
        var faults = Faults()
        if inputs.count == 1 {
            if parts.count != 1 { faults.add("", "the model takes one input, found \(parts.count) parts") }
            self.parts = [parts.first]
        } else {
            for (place, part) in parts.enumerated() {
                if !known.contains(part.name) {
                    faults.add("", "part \"\(part.name)\": \(Suggestion.unknown("input", part.name, known: known))")
                } else if parts[..<place].contains(where: { $0.name == part.name }) {
                    faults.add("", "there are two parts \"\(part.name)\"; send one")
                }
            }
            if parts.isEmpty { faults.add("", "the form has no part; send one for each of the inputs \(known)") }
            self.parts = known.map { name in parts.first { $0.name == name } }
        }
        try faults.check()
        arrays = zip(inputs, self.parts).map { input, part in
            guard let part, RowArray.isArray(part.bytes) else { return nil }
            return faults.collect { () throws(Fault) in
                try RawInstances.telling("part \"\(part.name)\"") { () throws(FrontError) in
                    let array = try RowArray(part.bytes)
                    return (array, try array.count(for: input))
                }
            }
        }
        try faults.check()
        let counts = Set(arrays.compactMap { $0?.count })
        guard counts.count <= 1 else {
            let list = zip(self.parts, arrays).compactMap { part, array in
                array.map { "\($0.count) in \"\(part?.name ?? "")\"" }
            }
            throw FaultyInput(
                Fault(pointer: "", detail: "the parts have unequal rows: \(list.joined(separator: ", "))")
            )
        }
        count = counts.first ?? 1
        guard count > 0 else {
            throw FaultyInput(Fault(pointer: "", detail: "the arrays have no row to predict"))
        }
        guard count == 1 || arrays.allSatisfy({ $0 != nil }) else {
            throw FaultyInput(
                Fault(
                    pointer: "",
                    detail: "one part has \(count) rows and another a single value; send arrays of as many rows for all"
                )
            )
        }
    }

    /// The values of the inputs of an instance.
    func row(_ row: Int, _ notes: inout [String]) throws(Fault) -> [FrontValue] {
        var values: [FrontValue] = []
        for (place, input) in inputs.enumerated() {
            guard let part = parts[place] else {
                guard let missing = input.missing else {
                    throw Fault(pointer: "", detail: "the part \"\(input.name)\" is missing")
                }
                notes.append("the input \"\(input.name)\" wasn't sent and counts as missing")
                values.append(missing)
                continue
            }
            if let (array, count) = arrays[place] {
                values.append(
                    try RawInstances.telling("part \"\(part.name)\"") { () throws(FrontError) in
                        try array.value(of: input, row: row, of: count)
                    }
                )
            } else {
                values.append(try value(of: input, part))
            }
        }
        return values
    }

    private func value(of input: RawInput, _ part: RawInstances.Part) throws(Fault) -> FrontValue {
        if input.kind == .image || input.kind == .audio {
            do throws(Fault) {
                return try RawInstances.value(input, ofFile: part.bytes)
            } catch {
                throw Fault(pointer: "", detail: "part \"\(part.name)\": \(error.detail)")
            }
        }
        guard let text = String(validating: part.bytes, as: UTF8.self) else {
            throw Fault(pointer: "", detail: "the part \"\(part.name)\" is no text in UTF-8")
        }
        let isSingle = input.shape.isEmpty || input.shape == [1]
        if isSingle, input.kind == .string {
            return FrontValue(.strings([text]), input.shape.compactMap { $0 })
        }
        let trimmed = text.trimmingBlanks
        if isSingle, !trimmed.hasPrefix("[") {
            let number = try CellInstances.number(trimmed, "part \"\(part.name)\"")
            return FrontValue(.floats([number]), input.shape.compactMap { $0 })
        }
        let json: JSONValue
        do throws(JSONSyntaxError) {
            json = try JSONDocument(parsing: trimmed).root
        } catch {
            let detail = "expected an array of NumPy, or of JSON: \(error.description)"
            throw Fault(pointer: "", detail: "part \"\(part.name)\": \(detail)")
        }
        do throws(Fault) {
            return try input.value(of: json)
        } catch {
            throw Fault(pointer: "", detail: "part \"\(part.name)\": \(error.description)")
        }
    }
}

extension String {
    /// The text without blanks and line ends at either end.
    fileprivate var trimmingBlanks: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
