import JSON
import NN

/// Inline rows that differ in size, as rows of one size: zeros behind the shorter ones, and beside each its own extents.
///
/// So they are stored as other rows are; `StoredRows` makes rows of unequal size of them again.
struct UnequalRows {
    /// The parts of a row that may differ in size, the inputs before the targets.
    let parts: [Part]

    /// One of them.
    struct Part {
        /// The name of the input or the output.
        let name: String
        /// Whether it is one of the targets.
        let isTarget: Bool
        /// How many axes an input has; nil for a target, whose rows tell.
        let rank: Int?

        /// The name under which its extents are stored, as an input.
        var extentsName: String { name + (isTarget ? ":target extents" : ":extents") }
    }

    /// What may differ of a network's rows.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - options: How it learns. Targets that the loss aligns are labels of one length, with zeros behind them.
    init(_ network: Network, _ options: TrainingOptions) {
        guard let sized = network.sized else {
            parts = []
            return
        }
        var parts: [Part] = []
        for input in network.inputs where input.openShape.isOpen {
            parts.append(Part(name: input.name, isTarget: false, rank: input.openShape.rank))
        }
        for (output, loss) in zip(options.learnedOutputs(of: network), options.losses(of: network)) {
            let place = network.outputs.firstIndex { $0.name == output.name } ?? 0
            guard sized.shape({ $0.outputs[place].shape }).isOpen, !loss.alignsLabels else { continue }
            parts.append(Part(name: output.name, isTarget: true, rank: nil))
        }
        self.parts = parts
    }

    /// The names under which the rows' extents are stored, as further inputs.
    var extentsNames: [String] { parts.map(\.extentsName) }

    /// The data, and what validates, with rows of one size.
    ///
    /// - Parameters:
    ///   - data: `{"x", "y", …}`.
    ///   - validation: The same; nil for none.
    ///   - inputs: The names of the inputs.
    ///   - outputs: The names of the outputs that have targets.
    /// - Returns: Both, their inputs by name.
    /// - Throws: `FaultyInput` for rows that are no arrays of numbers, or of which one has another number of axes.
    func equalised(
        _ data: JSONValue,
        validation: JSONValue?,
        inputs: [String],
        outputs: [String]
    ) throws -> (data: JSONValue, validation: JSONValue?) {
        var faults = Faults()
        var extents: [[[Int]]] = []
        let all = [data] + (validation.map { [$0] } ?? [])
        for part in parts {
            let names = part.isTarget ? outputs : inputs
            let lists = all.map { Self.rows(of: $0, part, names) }
            let rank = part.rank ?? lists.compactMap { $0?[0] }.first.map(Self.rank)
            for list in lists {
                extents.append(
                    list?.elements.map { row in
                        faults.collect { () throws(Fault) in try Self.extents(of: row, rank: rank ?? 1) } ?? []
                    } ?? []
                )
            }
        }
        try faults.check()
        var made: [JSONValue] = []
        for (place, value) in all.enumerated() {
            let own = parts.indices.map { extents[$0 * all.count + place] }
            let greatest = parts.indices.map { part in
                extents[part * all.count..<(part + 1) * all.count].joined().reduce([]) { Self.greatest($0, $1) }
            }
            if let weights = value["sample_weight"] { try check(weights, against: own) }
            made.append(try equalised(value, own, to: greatest, inputs: inputs, outputs: outputs))
        }
        return (made[0], made.count > 1 ? made[1] : nil)
    }

    private func equalised(
        _ data: JSONValue,
        _ extents: [[[Int]]],
        to greatest: [[Int]],
        inputs: [String],
        outputs: [String]
    ) throws -> JSONValue {
        var json = JSONWriter()
        json.object { json in
            for member in data.members {
                json.key(member.key)
                if member.key == "sample_weight", let target = weighedPart, member.value[0]?.kind == .array {
                    let whole = greatest[target].prefix(Self.rank(of: member.value[0] ?? member.value))
                    json.array { json in for row in member.value.elements { Self.pad(row, to: whole, &json) } }
                    continue
                }
                guard member.key == "x" || member.key == "y" else {
                    json.write(member.value)
                    continue
                }
                let isTarget = member.key == "y"
                let names = isTarget ? outputs : inputs
                json.object { json in
                    let values =
                        member.value.kind == .object
                        ? member.value.members.map { ($0.key, $0.value) } : [(names[0], member.value)]
                    for (name, value) in values {
                        json.key(name)
                        guard let part = parts.firstIndex(where: { $0.name == name && $0.isTarget == isTarget }) else {
                            json.write(value)
                            continue
                        }
                        json.array { json in
                            for row in value.elements { Self.pad(row, to: greatest[part][...], &json) }
                        }
                    }
                    guard !isTarget else { return }
                    for (part, rows) in zip(parts, extents) { json.field(part.extentsName, rows) }
                }
            }
        }
        return try JSONDocument(parsing: json.bytes, place: data.pointer).root
    }

    /// The part whose steps may have a weight each: the targets of the one output that is learned.
    private var weighedPart: Int? {
        let targets = parts.indices.filter { parts[$0].isTarget }
        return targets.count == 1 ? targets[0] : nil
    }

    /// Refuses weights that are none for each step of their row.
    ///
    /// - Parameters:
    ///   - weights: A number a row, or an array for each.
    ///   - extents: Those of each part's rows.
    /// - Throws: `FaultyInput` with every row whose steps are others.
    private func check(_ weights: JSONValue, against extents: [[[Int]]]) throws(FaultyInput) {
        guard let target = weighedPart, let first = weights[0], first.kind == .array else { return }
        let rank = Self.rank(of: first)
        var faults = Faults()
        for (row, own) in zip(weights.elements, extents[target]) {
            guard let found = faults.collect({ () throws(Fault) in try Self.extents(of: row, rank: rank) }) else {
                continue
            }
            let steps = Array(own.prefix(rank))
            guard found != steps else { continue }
            faults.add(
                row.pointer,
                "expected \(Shape(steps)), a weight for each step of the row, found \(Shape(found))"
            )
        }
        try faults.check()
    }

    /// The rows of a part.
    private static func rows(of data: JSONValue, _ part: Part, _ names: [String]) -> JSONValue? {
        guard let all = data[part.isTarget ? "y" : "x"] else { return nil }
        if all.kind == .object { return all[part.name] }
        return names.count == 1 ? all : nil
    }

    private static func rank(of value: JSONValue) -> Int {
        value.kind == .array ? 1 + (value[0].map(rank) ?? 0) : 0
    }

    /// The extents of a row; all arrays of an axis are equally long, and hold numbers at the end.
    private static func extents(of row: JSONValue, rank: Int) throws(Fault) -> [Int] {
        var extents: [Int] = []
        func read(_ value: JSONValue, _ axis: Int) throws(Fault) {
            guard axis < rank else {
                guard value.kind == .number else { throw value.mismatch("a number") }
                return
            }
            guard value.kind == .array, value.count > 0 else {
                throw value.mismatch(axis == 0 ? "a row of \(rank) axes, none of them empty" : "an array of numbers")
            }
            if axis == extents.count { extents.append(value.count) }
            guard value.count == extents[axis] else { throw value.mismatch("an array of \(extents[axis])") }
            for element in value.elements { try read(element, axis + 1) }
        }
        try read(row, 0)
        return extents
    }

    private static func greatest(_ one: [Int], _ other: [Int]) -> [Int] {
        one.isEmpty ? other : zip(one, other).map { max($0, $1) }
    }

    private static func pad(_ value: JSONValue, to extents: ArraySlice<Int>, _ json: inout JSONWriter) {
        guard let extent = extents.first else { return json.write(value) }
        json.array { json in
            for element in value.elements { pad(element, to: extents.dropFirst(), &json) }
            for _ in value.count..<max(extent, value.count) { zeros(extents.dropFirst(), &json) }
        }
    }

    private static func zeros(_ extents: ArraySlice<Int>, _ json: inout JSONWriter) {
        guard let extent = extents.first else { return json.write(0) }
        json.array { json in for _ in 0..<extent { zeros(extents.dropFirst(), &json) } }
    }
}
