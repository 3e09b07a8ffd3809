import JSON
import NN

/// The derivatives of a row's loss by the weights, held against differences.
struct CheckInspection: InspectionView {
    static let name = "check"

    private let loss: JSONValue?
    private let target: JSONValue?
    private let options: GradientCheck.Options

    init(reading reader: inout ObjectReader) {
        loss = reader.optionalValue("loss")
        target = reader.optionalValue("target")
        let samples = reader.int("samples", in: 1...InspectionBounds.elements, default: InspectionStandard.samples)
        let step = reader.double("step", in: .above(0), default: InspectionStandard.step)
        var steps = InspectionStandard.curve
        if reader.has("steps") {
            let given = reader.array("steps") { value, faults in
                faults.collect { () throws(Fault) in try value.double(in: .above(0)) } ?? 1
            }
            if given.count > InspectionBounds.curve {
                let limit = InspectionBounds.curve
                reader.fault(at: "steps", "\(given.count) steps, at most \(limit); leave out \(given.count - limit)")
            } else {
                steps = given
            }
        }
        options = GradientCheck.Options(
            samples: samples,
            step: Float(step),
            steps: steps.map { Float($0) },
            seed: reader.int("seed", in: 0...JSONValue.exactIntegers.upperBound, default: 0)
        )
    }

    var lossWish: LossWish? { LossWish(loss: loss, pointer: "/loss") }

    func look(into subject: InspectedSubject, _ control: InspectionControl) throws -> InspectionAnswer {
        let network = subject.network
        try subject.checkSteps(at: "/instance")
        let learned = try Learned(target, of: subject)
        let elements = network.trainableParameters.reduce(0) {
            $0 + min(options.samples, network.parameters[$1].shape.volume)
        }
        try InspectionBounds.check(
            elements,
            InspectionBounds.elements,
            at: "/samples",
            "elements are checked",
            "take fewer \"samples\" a tensor"
        )
        let evaluations = 2 * (elements + options.steps.count + 1)
        let operations = try subject.operations(6 + evaluations, at: "/samples", "take fewer \"samples\" and \"steps\"")
        let check = try subject.plan("check \(learned.key)") { try GradientCheck(network, of: learned.differentiand) }
        let report = try control.measure {
            try check.run(subject.row, target: learned.target, options, subject.weights, proceed: control.check)
        }
        let direction = GradientCheck.error([
            (report.forward, report.numerical), (report.reverse, report.numerical), (report.forward, report.reverse),
        ])
        let agrees =
            report.tensors.allSatisfy { $0.error <= GradientCheck.tolerance } && direction <= GradientCheck.tolerance
        return InspectionAnswer(
            cost: .init(mode: .both, passes: 2, operations: operations, milliseconds: control.milliseconds),
            members: [
                ("loss", .plain(LossDocument(names: learned.names, value: report.loss))),
                ("tensors", .plain(report.tensors.map(CheckedTensor.init))),
                ("direction", .plain(CheckedDirection(report: report))), ("curve", .plain(ErrorCurve(report: report))),
                ("agrees", .plain(agrees)),
            ],
            arrays: []
        )
    }
}

/// What is made small: the loss of the model's output, or of several the sum that training makes of theirs.
private struct Learned {
    let differentiand: Differentiand
    /// The targets of all of them, one after the other.
    let target: [Float]
    /// Each output's name with that of its loss.
    let names: [(output: String, loss: String)]
    /// By which plans of it are known.
    let key: String

    /// Finds the losses, and the targets that they take.
    ///
    /// - Parameters:
    ///   - given: The target in the request, of several outputs an object by their names; nil for the row's.
    ///   - subject: The model with the row.
    /// - Throws: `FaultyInput` where a loss or a target is missing, or doesn't fit.
    init(_ given: JSONValue?, of subject: InspectedSubject) throws(FaultyInput) {
        let outputs = subject.network.outputs
        let learned = outputs.indices.compactMap { place in subject.losses[place].map { (place, $0) } }
        guard !learned.isEmpty else {
            throw FaultyInput(Fault(pointer: "/loss", detail: "missing; no loss is known of \"\(subject.model.name)\""))
        }
        if let given, outputs.count > 1 { try Self.check(given, names: learned.map { outputs[$0.0].name }) }
        var losses: [WeightedLoss] = []
        var target: [Float] = []
        for (place, found) in learned {
            let name = outputs[place].name
            let own = outputs.count > 1 ? (given?[name], "/target/\(name)") : (given, "/target")
            let read = try LossTarget(found.loss, outputs[place], given: own.0, at: own.1, of: subject)
            losses.append(WeightedLoss(output: place, found.loss, read.rule, weight: found.weight))
            target += read.numbers
        }
        if outputs.count == 1 {
            differentiand = Differentiand(output: 0, .loss(losses[0].loss, losses[0].rule))
        } else {
            differentiand = Differentiand(losses)
        }
        self.target = target
        names = losses.map { (outputs[$0.output].name, $0.loss.name) }
        key = losses.map { "\($0.output) \($0.loss.jsonText) \($0.rule.shape) \($0.weight)" }.joined(separator: ", ")
    }

    private static func check(_ given: JSONValue, names: [String]) throws(FaultyInput) {
        guard given.kind == .object else {
            let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
            throw FaultyInput(given.mismatch("an object with the targets of \(list)"))
        }
        if let unknown = given.members.first(where: { !names.contains($0.key) }) {
            throw FaultyInput(
                Fault(
                    pointer: unknown.value.pointer,
                    detail: Suggestion.unknown("output", unknown.key, known: names)
                )
            )
        }
    }
}

private struct LossDocument: Sendable, JSONWritable {
    let names: [(output: String, loss: String)]
    let value: Float

    func write(to json: inout JSONWriter) {
        json.object { json in
            if names.count == 1 {
                json.field("name", names[0].loss)
            } else {
                json.key("name")
                json.object { json in for name in names { json.field(name.output, name.loss) } }
            }
            json.field("value", value)
        }
    }
}

private struct CheckedTensor: Sendable, JSONWritable {
    let report: GradientCheck.TensorReport

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", report.name)
            json.field("checked", report.elements.count)
            json.field("error", report.error)
            json.field("agrees", report.error <= GradientCheck.tolerance)
            json.key("elements")
            json.array { json in
                for element in report.elements {
                    json.object { json in
                        json.field("index", element.index)
                        json.field("analytic", element.analytic)
                        json.field("numerical", element.numerical)
                    }
                }
            }
        }
    }
}

private struct CheckedDirection: Sendable, JSONWritable {
    let report: GradientCheck.Report

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("forward", report.forward)
            json.field("reverse", report.reverse)
            json.field("numerical", report.numerical)
        }
    }
}

private struct ErrorCurve: Sendable, JSONWritable {
    let report: GradientCheck.Report

    func write(to json: inout JSONWriter) {
        json.array { json in
            for point in report.curve {
                json.object { json in
                    json.field("step", point.step)
                    json.field("error", point.error)
                }
            }
        }
    }
}
