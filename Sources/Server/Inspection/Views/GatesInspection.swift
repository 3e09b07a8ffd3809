import JSON
import NN

/// The gates and states of a recurrent layer, step by step.
struct GatesInspection: InspectionView {
    static let name = "gates"
    static let hasPicture = true

    private let layer: String?
    /// The units that are told; nil for all.
    private let units: [Int]?
    /// Which of the two ways of a layer that runs from both ends.
    private let direction: String?

    init(reading reader: inout ObjectReader) {
        layer = reader.optionalString("layer")
        units = reader.has("units") ? reader.ints("units", in: 0...Int(Int32.max)) : nil
        direction = reader.optionalChoice("direction", among: ["forward", "backward"])
        if units?.isEmpty == true { reader.fault(at: "units", "expected at least one unit") }
    }

    func look(into subject: InspectedSubject, _ control: InspectionControl) throws -> InspectionAnswer {
        let recurrence = try find(in: subject)
        let operations = try subject.operations(1, at: "", "take a shorter sequence")
        for (number, unit) in (units ?? []).enumerated() where unit >= recurrence.units {
            throw FaultyInput(
                Fault(
                    pointer: "/units/\(number)",
                    detail: "\"\(recurrence.layer)\" has the units 0 to \(recurrence.units - 1), found \(unit)"
                )
            )
        }
        let found = try look(at: recurrence, in: subject, control)
        func picked(_ named: [(name: String, tensor: Tensor)]) -> [(name: String, tensor: Tensor)] {
            named.map { ($0.name, units.map($0.tensor.picking) ?? $0.tensor) }
        }
        let (gates, states, initial) = (picked(found.gates), picked(found.states), picked(found.initial))
        var members: [(String, InspectionMember)] = [
            ("layer", .plain(recurrence.layer)), ("type", .plain(recurrence.type)),
        ]
        if let direction = recurrence.direction { members.append(("direction", .plain(direction))) }
        members += [("steps", .plain(recurrence.steps)), ("units", .plain(recurrence.units))]
        if let resetAfter = recurrence.resetAfter { members.append(("reset_after", .plain(resetAfter))) }
        members += [
            ("formula", .plain(recurrence.formula)), ("gates", .arrayed(InspectionArraysByName(gates))),
            ("states", .arrayed(InspectionArraysByName(states))),
            ("initial", .plain(NumbersByName(initial))),
        ]
        if let mask = found.mask { members.append(("mask", .plain(mask))) }
        let arrays =
            gates.map { ("gates/\($0.name)", $0.tensor) } + states.map { ("states/\($0.name)", $0.tensor) }
            + initial.map { ("initial/\($0.name)", $0.tensor) }
        return InspectionAnswer(
            cost: .init(mode: .none, passes: 0, operations: operations, milliseconds: control.milliseconds),
            members: members,
            arrays: arrays,
            picture: { Picture(try (gates + states).map { try Picture.Panel(values: $0.tensor) }) }
        )
    }

    /// The steps as the answer takes them: where a row is filled up, with what fills it, of which nothing is told.
    private func look(
        at recurrence: GateView.Recurrence,
        in subject: InspectedSubject,
        _ control: InspectionControl
    ) throws -> GateView.Found {
        let choice = "gates \(recurrence.layer) \(recurrence.direction ?? "")"
        guard let padded = subject.padded else {
            let view = try subject.plan(choice) {
                try GateView(subject.network, rows: subject.rows, of: recurrence)
            }
            return try control.measure { view.run(subject.row, subject.weights) }
        }
        let network = padded.weights.plans.network
        let view = try subject.plan("\(choice) in \(network.inputs[0].shape)") {
            let own = try GateView.recurrences(of: network).first {
                $0.layer == recurrence.layer && $0.direction == recurrence.direction
            }
            guard let own else { preconditionFailure("the layers are the same in every size") }
            return try GateView(network, rows: try padded.weights.rowsOfOne(), of: own)
        }
        return try control.measure {
            view.run(padded.row, padded.weights).prefix(recurrence.steps, hadMask: recurrence.hasMask)
        }
    }

    private func find(in subject: InspectedSubject) throws -> GateView.Recurrence {
        let all = try GateView.recurrences(of: subject.network)
        var names: [String] = []
        for recurrence in all where !names.contains(recurrence.layer) { names.append(recurrence.layer) }
        let listed = names.map { "\"\($0)\"" }.joined(separator: ", ")
        guard let name = layer ?? (names.count == 1 ? names[0] : nil) else {
            let detail =
                names.isEmpty
                ? "the model \"\(subject.model.name)\" has no recurrent layer" : "missing; expected one of \(listed)"
            throw FaultyInput(Fault(pointer: "/layer", detail: detail))
        }
        guard names.contains(name) else {
            let isKnown = subject.network.place(ofLayer: name) != nil
            let detail =
                isKnown
                ? "expected a recurrent layer; there are \(names.isEmpty ? "none" : listed)"
                : Suggestion.unknown("layer", name, known: names)
            throw FaultyInput(Fault(pointer: "/layer", detail: detail))
        }
        let own = all.filter { $0.layer == name }
        guard own.contains(where: { $0.direction != nil }) else {
            guard direction == nil else {
                throw FaultyInput(
                    Fault(
                        pointer: "/direction",
                        detail: "goes with a Bidirectional layer; \"\(name)\" is \(own[0].type)"
                    )
                )
            }
            return own[0]
        }
        return own.first { $0.direction == direction ?? "forward" } ?? own[0]
    }
}

/// Plain lists of numbers by name.
struct NumbersByName: Sendable, JSONWritable {
    private let arrays: [(name: String, tensor: Tensor)]

    init(_ arrays: [(name: String, tensor: Tensor)]) { self.arrays = arrays }

    func write(to json: inout JSONWriter) {
        json.object { json in for (name, tensor) in arrays { json.field(name, tensor.values) } }
    }
}
