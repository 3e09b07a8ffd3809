import JSON
import NN

/// How all that a network gives changes along one direction.
struct SensitivitiesInspection: InspectionView {
    static let name = "sensitivities"

    private let direction: JSONValue?
    private let element: [Int]?
    private let at: String
    private let hasLayers: Bool

    init(reading reader: inout ObjectReader) {
        direction = reader.optionalValue("direction")
        element = reader.has("element") ? reader.ints("element", in: 0...Int(Int32.max)) : nil
        at = reader.string("at", default: "input")
        hasLayers = reader.bool("layers", default: false)
        switch (direction, element) {
        case (nil, nil):
            if reader.object != nil {
                reader.fault(at: "direction", "missing; expected numbers of the input's shape, or \"element\"")
            }
        case (_?, _?): reader.fault(at: "element", "does not go with \"direction\"; send one of the two")
        default: break
        }
    }

    func look(into subject: InspectedSubject, _ control: InspectionControl) throws -> InspectionAnswer {
        let network = subject.network
        try subject.checkSteps(at: "/at")
        let operations = try subject.operations(3, at: "", "take a smaller model")
        let variable = try GradientVariable.one(at, at: "/at", in: subject)
        let layers = hasLayers ? Array(network.layers.indices) : []
        let plan = try subject.plan("sensitivities \(variable.variable) \(hasLayers)") {
            try SensitivityPlan(network, at: variable.variable, layers: layers)
        }
        let way = try way(plan.directionShape)
        let found = try control.measure { plan.run(subject.row, along: way, subject.weights) }
        let norm = way.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let moved = zip(layers, found.layers).map { (name: network.layers[$0].name, tensor: $1) }
        var members: [(String, InspectionMember)] = [
            ("direction", .plain(DirectionDocument(at: variable.name, norm: Float(norm)))),
            ("outputs", .plain(zip(network.outputs, found.outputs).map { OutputChange(name: $0.name, output: $1) })),
        ]
        if hasLayers {
            members.append(
                ("layers", .arrayed(InspectionArrays(moved.map { InspectionArray([("name", $0.name)], $0.tensor) })))
            )
        }
        return InspectionAnswer(
            cost: .init(
                mode: .forward,
                passes: 1,
                operations: operations,
                reversePasses: network.outputs.reduce(0) { $0 + $1.shape.volume },
                milliseconds: control.milliseconds
            ),
            members: members,
            arrays: moved.map { ("layers/\($0.name)", $0.tensor) },
            numbers: moved.reduce(0) { $0 + $1.tensor.volume }
                + found.outputs.reduce(0) { $0 + 2 * $1.value.volume + 2 * ($1.logit?.volume ?? 0) }
        )
    }

    /// The direction's numbers.
    private func way(_ shape: Shape) throws(FaultyInput) -> [Float] {
        if let direction { return try direction.numbers(of: shape) }
        let element = element ?? []
        guard element.count == shape.rank else {
            let found = "found \(element.count)"
            throw FaultyInput(
                Fault(pointer: "/element", detail: "expected \(shape.rank) numbers, one an axis of \(shape), \(found)")
            )
        }
        var place = 0
        for (axis, (number, extent)) in zip(element, shape.extents).enumerated() {
            guard number < extent else {
                throw FaultyInput(
                    Fault(pointer: "/element/\(axis)", detail: "expected 0 to \(extent - 1), found \(number)")
                )
            }
            place = place * extent + number
        }
        var way = [Float](repeating: 0, count: shape.volume)
        way[place] = 1
        return way
    }
}

/// Along what it goes.
private struct DirectionDocument: Sendable, JSONWritable {
    let at: String
    let norm: Float

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("at", at)
            json.field("norm", norm)
        }
    }
}

/// An output with its change.
private struct OutputChange: Sendable, JSONWritable {
    let name: String
    let output: SensitivityPlan.Output

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("output", name)
            for (key, tensor) in [
                ("value", output.value), ("sensitivity", output.change), ("logit", output.logit),
                ("logit_sensitivity", output.logitChange),
            ] {
                guard let tensor else { continue }
                json.key(key)
                tensor.values.withUnsafeBufferPointer { json.write($0, shape: tensor.shape.extents) }
            }
        }
    }
}
