import JSON
import ModelStore
import NN

/// A version of a model with the row that is looked at.
struct InspectedSubject: Sendable {
    /// The version.
    let model: ServedModel
    /// The network for the row's size.
    let network: Network
    /// The weights.
    let weights: InferenceModel
    /// The rows with which one is answered.
    let rows: Int
    /// The row as the network takes it; empty where there is none.
    let row: [Float]
    /// The target of a row of a dataset; nil where the row has none, or there is no row.
    let target: RowTarget?
    /// The version that it is compared with; nil for none.
    let compared: ServedModel?
    /// The losses of the outputs that have one, by the output's place.
    let losses: [Int: Loss]
    /// The compiled plans.
    let plans: InspectionPlans
    /// Whether there is a row.
    let hasRow: Bool
    /// The row in the size in which it is answered, where that is padded; nil where it isn't.
    let padded: PaddedRow?

    /// A row filled up to the length of its bucket.
    struct PaddedRow: Sendable {
        /// What answers rows of that size.
        let weights: InferenceModel
        /// The row with what tells its steps.
        let row: [Float]
    }

    /// A compiled plan of a view of this model.
    ///
    /// - Parameters:
    ///   - choice: The view and what was chosen of it.
    ///   - make: Compiles it.
    /// - Returns: The plan.
    /// - Throws: What `make` throws.
    func plan<Plan: Sendable>(_ choice: String, _ make: () throws -> Plan) throws -> Plan {
        // What front layers have learned may give a version's network another shape.
        let version = model.inputs.front == nil ? "" : "\(model.version)"
        let size = network.inputs.map(\.shape.description).joined(separator: ",")
        return try plans.plan(.init(model: "\(model.identity.model)/\(version)", size: size, choice: choice), make)
    }

    /// The place of a layer.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - pointer: Where it stands in the request.
    ///   - fitting: The layers that fit; nil for all.
    ///   - kind: What fitting layers are, as in "a recurrent layer".
    /// - Returns: The place.
    /// - Throws: `FaultyInput` with the layers that fit.
    func place(
        of name: String,
        at pointer: String,
        among fitting: [Int]? = nil,
        kind: String = "a layer"
    ) throws(FaultyInput) -> Int {
        let places = fitting ?? Array(network.layers.indices)
        let known = places.map { network.layers[$0].name }
        guard let place = network.place(ofLayer: name) else {
            throw FaultyInput(Fault(pointer: pointer, detail: Suggestion.unknown("layer", name, known: known)))
        }
        guard places.contains(place) else {
            throw FaultyInput(
                Fault(
                    pointer: pointer,
                    detail: "expected \(kind), found \(network.layers[place].type); there are \(Self.listed(known))"
                )
            )
        }
        return place
    }

    /// The one layer that fits where none was named.
    ///
    /// - Throws: `FaultyInput` where there are none or several.
    func only(of places: [Int], at pointer: String, kind: String) throws(FaultyInput) -> Int {
        if places.count == 1 { return places[0] }
        let known = places.map { network.layers[$0].name }
        let detail =
            places.isEmpty
            ? "the model \"\(model.name)\" has no such layer: \(kind)"
            : "missing; expected one of \(Self.listed(known))"
        throw FaultyInput(Fault(pointer: pointer, detail: detail))
    }

    private static func listed(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.map { "\"\($0)\"" }.joined(separator: ", ")
    }

    /// Refuses what takes more operations than are computed.
    ///
    /// - Parameters:
    ///   - passes: How often the forward pass, or as much, is done.
    ///   - pointer: The member that makes it so much.
    ///   - remedy: What to leave out.
    /// - Returns: The operations.
    /// - Throws: `FaultyInput` with the figures.
    @discardableResult func operations(_ passes: Int, at pointer: String, _ remedy: String) throws(FaultyInput) -> Int {
        let (count, overflows) = network.operations.multipliedReportingOverflow(by: passes)
        try InspectionBounds.check(
            overflows ? .max : count,
            InspectionBounds.operations,
            at: pointer,
            "floating-point operations",
            remedy
        )
        return count
    }

    /// Refuses forward mode or a written-out graph through long recurrences.
    ///
    /// - Throws: `FaultyInput` with the steps.
    func checkSteps(at pointer: String) throws {
        try InspectionBounds.check(
            try network.longestRecurrence(),
            InspectionBounds.steps,
            at: pointer,
            "steps of a recurrent layer",
            "forward mode goes through it step by step; take a shorter sequence"
        )
    }
}

/// The target of a row.
struct RowTarget: Sendable, JSONWritable {
    /// What each learned output's target is, by the output's name.
    let parts: [(output: String, description: TargetDescription, numbers: [Float], words: [String]?)]

    func write(to json: inout JSONWriter) {
        guard parts.count != 1 else { return write(parts[0].description, parts[0].numbers, nil, &json) }
        json.object { json in
            for part in parts {
                json.key(part.output)
                write(part.description, part.numbers, nil, &json)
            }
        }
    }

    /// The word of the one class that it is; nil where it is none.
    var label: String? {
        guard parts.count == 1, case .labels(_, let shape) = parts[0].description, shape.volume == 1,
            let words = parts[0].words, let place = Int(exactly: parts[0].numbers[0]), words.indices.contains(place)
        else { return nil }
        return words[place]
    }

    private func write(_ target: TargetDescription, _ numbers: [Float], _ words: [String]?, _ json: inout JSONWriter) {
        if case .labels = target {
            guard target.shape.rank > 0 else { return json.write(Int(numbers[0])) }
            return json.write(numbers.map { Int($0) })
        }
        numbers.withUnsafeBufferPointer { json.write($0, shape: target.shape.extents) }
    }
}
