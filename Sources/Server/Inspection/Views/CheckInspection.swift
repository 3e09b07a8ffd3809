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
        guard network.outputs.count == 1, let loss = subject.losses[0] else {
            let detail =
                "check takes a model of one output with a loss; \"\(subject.model.name)\" has \(network.outputs.count)"
            throw FaultyInput(Fault(pointer: "/loss", detail: detail))
        }
        try subject.checkSteps(at: "/instance")
        let found = try LossTarget(loss, network.outputs[0], given: target, at: "/target", of: subject)
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
        let check = try subject.plan("check \(loss.jsonText) \(found.rule.shape)") {
            try GradientCheck(network, of: Differentiand(output: 0, .loss(loss, found.rule)))
        }
        let report = try control.measure {
            try check.run(subject.row, target: found.numbers, options, subject.weights, proceed: control.check)
        }
        let direction = GradientCheck.error([
            (report.forward, report.numerical), (report.reverse, report.numerical), (report.forward, report.reverse),
        ])
        let agrees =
            report.tensors.allSatisfy { $0.error <= GradientCheck.tolerance } && direction <= GradientCheck.tolerance
        return InspectionAnswer(
            cost: .init(mode: .both, passes: 2, operations: operations, milliseconds: control.milliseconds),
            members: [
                ("loss", .plain(LossDocument(name: loss.name, value: report.loss))),
                ("tensors", .plain(report.tensors.map(CheckedTensor.init))),
                ("direction", .plain(CheckedDirection(report: report))), ("curve", .plain(ErrorCurve(report: report))),
                ("agrees", .plain(agrees)),
            ],
            arrays: []
        )
    }
}

private struct LossDocument: Sendable, JSONWritable {
    let name: String
    let value: Float

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
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
