import Features
import JSON
import NN

/// Takes instances through a model's front, to what its network takes.
struct FrontInstances {
    private let front: FrontGraph
    private let model: ModelInputs
    private let network: NetworkRow

    /// The most sentences about what was replaced.
    private static let noteLimit = 100

    init(_ front: FrontGraph, _ model: ModelInputs) {
        self.front = front
        self.model = model
        network = NetworkRow(model.inputs.map(\.shape), model.indexRules)
    }

    /// The network's inputs for instances as JSON: the one input's value, or an object of the inputs by name.
    ///
    /// - Parameters:
    ///   - list: The instances.
    ///   - empty: An input that is read elsewhere, in whose place an empty value stands; nil for none.
    /// - Returns: The instances as the network takes them, and what had to be replaced.
    /// - Throws: `FaultyInput` with the first fault of each instance.
    func values(
        of list: [JSONValue],
        leavingOut empty: String? = nil
    ) throws(FaultyInput) -> InstanceRows {
        try values(count: list.count, pointer: { list[$0].pointer }) { row, notes throws(Fault) in
            try self.row(of: list[row], leavingOut: empty, &notes)
        }
    }

    /// The network's inputs for instances.
    ///
    /// - Parameters:
    ///   - count: How many there are.
    ///   - pointer: Where one stands in a request of JSON.
    ///   - name: What one is called where it has no pointer; nil for a single one.
    ///   - row: The values of the front's inputs of one.
    /// - Returns: The instances as the network takes them, and what had to be replaced.
    /// - Throws: `FaultyInput` with the first fault of each instance.
    func values(
        count: Int,
        pointer: (Int) -> String = { _ in "" },
        called name: (Int) -> String? = { _ in nil },
        row: (Int, inout [String]) throws(Fault) -> [FrontValue]
    ) throws(FaultyInput) -> InstanceRows {
        var faults = Faults()
        var notes: [String] = []
        var values = [Float](repeating: 0, count: model.isOpen ? 0 : count * network.width)
        var shapes: [[Shape]]? = model.isOpen ? [] : nil
        for place in 0..<count {
            if faults.list.count >= Faults.limit { break }
            var own: [String]? = []
            _ = faults.collect { () throws(Fault) in
                var sentences: [String] = []
                let raw = try row(place, &sentences)
                own?.append(contentsOf: sentences)
                do throws(FrontError) {
                    let prepared = try front.apply(to: raw, notes: &own)
                    if model.isOpen {
                        shapes?.append(try model.append(prepared, to: &values))
                    } else {
                        try write(prepared, to: &values, place)
                    }
                } catch {
                    let prefix = name(place).map { "\($0): " } ?? ""
                    throw Fault(pointer: pointer(place), detail: prefix + error.description)
                }
            }
            for sentence in own ?? [] where notes.count < Self.noteLimit {
                notes.append(count > 1 ? "instance \(place): \(sentence)" : sentence)
            }
        }
        try faults.check()
        return InstanceRows(rows: count, values: values, notes: notes, shapes: shapes)
    }

    private func write(_ prepared: [FrontValue], to values: inout [Float], _ place: Int) throws(FrontError) {
        var problem: FrontError?
        values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(FrontError) {
                try network.write(prepared, to: base + place * network.width)
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
    }

    /// The values of the inputs of an instance.
    private func row(
        of instance: JSONValue,
        leavingOut empty: String?,
        _ notes: inout [String]
    ) throws(Fault) -> [FrontValue] {
        let inputs = front.inputs
        let isByName = instance.kind == .object && (inputs.count > 1 || instance[inputs[0].name] != nil)
        guard isByName else {
            guard inputs.count == 1 else {
                let names = inputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
                throw instance.mismatch("an object with the inputs \(names)")
            }
            return [try inputs[0].value(of: instance)]
        }
        for member in instance.members where !inputs.contains(where: { $0.name == member.key }) {
            let known = inputs.map(\.name)
            throw Fault(pointer: member.value.pointer, detail: Suggestion.unknown("input", member.key, known: known))
        }
        var values: [FrontValue] = []
        values.reserveCapacity(inputs.count)
        for input in inputs {
            if input.name == empty {
                values.append(input.empty)
            } else if let given = instance[input.name] {
                values.append(try input.value(of: given))
            } else if let missing = input.missing {
                notes.append("the input \"\(input.name)\" wasn't sent and counts as missing")
                values.append(missing)
            } else {
                throw Fault(pointer: instance.pointer, detail: "the input \"\(input.name)\" is missing")
            }
        }
        return values
    }
}

extension RawInput {
    /// A value of its type that says nothing: empty words, or zeros.
    fileprivate var empty: FrontValue {
        let shape = type.shape.map { $0 ?? 1 }
        let count = shape.reduce(1, *)
        return kind == .string
            ? FrontValue(.strings([String](repeating: "", count: count)), shape)
            : FrontValue(.floats([Float](repeating: 0, count: count)), shape)
    }
}
