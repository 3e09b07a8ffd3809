import JSON
import NN

/// How a number of a network changes with inputs, layers or weights.
struct GradientsInspection: InspectionView {
    static let name = "gradients"
    static let hasPicture = true

    private let of: DifferentiandRequest
    private let by: [String]
    private let method: Method
    private let baseline: JSONValue?
    private let steps: Int
    private let layer: String?

    /// What is made of the derivative.
    enum Method: String, CaseIterable {
        case gradient
        case gradientTimesInput = "gradient_times_input"
        case integratedGradients = "integrated_gradients"
        case gradCAM = "grad_cam"
    }

    init(reading reader: inout ObjectReader) {
        of = reader.optionalObject("of") { DifferentiandRequest(reading: &$0) } ?? DifferentiandRequest(pointer: "/of")
        method = reader.choice("method", default: Method.gradient)
        let standard = InspectionStandard.integrationSteps
        let isWay = method == .integratedGradients
        baseline = isWay ? reader.optionalValue("baseline") : nil
        steps = isWay ? reader.int("steps", in: InspectionBounds.integrationSteps, default: standard) : standard
        layer = method == .gradCAM ? reader.optionalString("layer") : nil
        if method == .gradCAM {
            by = []
        } else if reader.object?["by"]?.kind == .array {
            by = reader.strings("by", default: [])
            if by.isEmpty { reader.fault(at: "by", "expected at least one layer, \"input\" or \"weights\"") }
        } else {
            by = [reader.string("by", default: "input")]
        }
    }

    var lossWish: LossWish? { of.lossWish }

    func look(into subject: InspectedSubject, _ control: InspectionControl) throws -> InspectionAnswer {
        let number = try of.resolved(for: subject)
        let forward = try subject.plan("number \(number.key)") {
            try NumberPlan(subject.network, of: number.differentiand)
        }
        let values = try control.measure { forward.run(subject.row, target: number.target, subject.weights) }
        let (seed, document) = try number.pick(from: values)
        let head: [(String, InspectionMember)] = [
            ("of", .plain(document)), ("method", .plain(method.rawValue)),
        ]
        switch method {
        case .gradient, .gradientTimesInput: return try gradients(of: number, seed, head, subject, control)
        case .integratedGradients: return try integrated(number, seed, head, subject, control)
        case .gradCAM: return try gradCAM(number, seed, head, subject, control)
        }
    }

    private func gradients(
        of number: ResolvedDifferentiand,
        _ seed: [Float],
        _ head: [(String, InspectionMember)],
        _ subject: InspectedSubject,
        _ control: InspectionControl
    ) throws -> InspectionAnswer {
        let variables = try GradientVariable.all(by, in: subject)
        let operations = try subject.operations(3, at: "", "take a smaller model")
        let plan = try subject.plan("gradients \(number.key) \(variables.map(\.variable))") {
            try GradientPlan(subject.network, of: number.differentiand, by: variables.map(\.variable))
        }
        for (variable, isReached) in zip(variables, plan.isReached) { try variable.check(isReached: isReached) }
        let found = try control.measure {
            plan.run(subject.row, seed: seed, target: number.target, subject.weights)
        }
        var arrays: [InspectionArray] = []
        var named: [(name: String, tensor: Tensor)] = []
        for (variable, derivative) in zip(variables, found.derivatives) {
            var gradient = derivative.gradient
            if method == .gradientTimesInput {
                gradient = Tensor(gradient.shape, zip(gradient.values, derivative.value.values).map { $0 * $1 })
            }
            if variable.hasBatch { gradient = gradient.first }
            arrays.append(variable.array(gradient))
            named.append(("gradients/\(variable.name)", gradient))
        }
        return InspectionAnswer(
            cost: .init(mode: .reverse, passes: 1, operations: operations, milliseconds: control.milliseconds),
            members: head + [("gradients", .arrayed(InspectionArrays(arrays)))],
            arrays: named,
            picture: { [named] in
                Picture(try zip(variables, named).map { try $0.panel($1.tensor) })
            }
        )
    }

    private func integrated(
        _ number: ResolvedDifferentiand,
        _ seed: [Float],
        _ head: [(String, InspectionMember)],
        _ subject: InspectedSubject,
        _ control: InspectionControl
    ) throws -> InspectionAnswer {
        guard by.count == 1, by != ["weights"] else {
            throw FaultyInput(
                Fault(pointer: "/by", detail: "integrated_gradients goes along one input or layer; name one")
            )
        }
        let variable = try GradientVariable.all(by, in: subject)[0]
        let operations = try subject.operations(3 * (steps + 2), at: "/steps", "take fewer steps")
        // The loss of steps is divided by those of the whole batch.
        let rows = number.kind == .loss ? 1 : min(IntegratedGradients.batch, steps)
        let way = try subject.plan("integrated \(number.key) \(variable.variable) \(rows)") {
            try IntegratedGradients(subject.network, of: number.differentiand, along: variable.variable, rows: rows)
        }
        try variable.check(isReached: way.isReached)
        let end = try numbers(of: variable, for: subject.row, subject, control)
        let begin = try start(for: variable, end.shape, subject, control)
        let found = try control.measure {
            try way.run(
                subject.row,
                to: end,
                from: begin,
                steps: steps,
                seed: seed,
                target: number.target,
                subject.weights,
                proceed: control.check
            )
        }
        let difference = CompletenessDocument(sum: found.sum, difference: found.difference)
        return InspectionAnswer(
            cost: .init(mode: .reverse, passes: steps, operations: operations, milliseconds: control.milliseconds),
            members: head + [
                ("steps", .plain(steps)), ("completeness", .plain(difference)),
                ("gradients", .arrayed(InspectionArrays([variable.array(found.attributions)]))),
            ],
            arrays: [("gradients/\(variable.name)", found.attributions)],
            picture: { Picture([try variable.panel(found.attributions)]) }
        )
    }

    /// The variable's numbers for a row.
    private func numbers(
        of variable: GradientVariable,
        for row: [Float],
        _ subject: InspectedSubject,
        _ control: InspectionControl
    ) throws -> Tensor {
        switch variable.variable {
        case .layer(let place):
            let view = try subject.plan("activations \([place])") {
                try ActivationView(subject.network, rows: subject.rows, layers: [place])
            }
            return try control.measure { view.run(row, subject.weights)[0].tensor }
        case .input(let number):
            let begin = subject.network.inputs[..<number].reduce(0) { $0 + $1.shape.volume }
            let shape = subject.network.inputs[number].shape
            return Tensor(shape, Array(row[begin..<begin + shape.volume]))
        case .parameter: preconditionFailure("weights have no way to go")
        }
    }

    /// Where the way begins.
    private func start(
        for variable: GradientVariable,
        _ shape: Shape,
        _ subject: InspectedSubject,
        _ control: InspectionControl
    ) throws -> [Float] {
        guard let baseline else { return [Float](repeating: 0, count: shape.volume) }
        if baseline.kind == .number {
            var number: Float = 0
            do throws(Fault) { number = Float(try baseline.double()) } catch { throw FaultyInput(error) }
            return [Float](repeating: number, count: shape.volume)
        }
        let model = subject.model
        let read = PredictionRequest(
            model: model.name,
            version: VersionReference(model.version),
            instances: .one(baseline)
        )
        let row = try read.values(for: model.inputs).values
        guard row.count == subject.row.count else {
            let detail =
                "the baseline has \(row.count) numbers, the instance \(subject.row.count); give one of the same size"
            throw FaultyInput(Fault(pointer: "/baseline", detail: detail))
        }
        return try numbers(of: variable, for: row, subject, control).values
    }

    private func gradCAM(
        _ number: ResolvedDifferentiand,
        _ seed: [Float],
        _ head: [(String, InspectionMember)],
        _ subject: InspectedSubject,
        _ control: InspectionControl
    ) throws -> InspectionAnswer {
        let network = subject.network
        let fitting = network.layers.indices.filter { [2, 3].contains(network.layers[$0].outputShape.rank) }
        let kind = "a layer that gives [height, width, channels] or [steps, channels]"
        let place: Int
        if let layer {
            place = try subject.place(of: layer, at: "/layer", among: fitting, kind: kind)
        } else {
            place = try subject.only(
                of: network.lastConvolution.map { [$0] } ?? [],
                at: "/layer",
                kind: "a convolution; name another layer"
            )
        }
        let rank = network.layers[place].outputShape.rank
        guard rank == 2 || rank == 3, let input = network.inputs.first(where: { $0.shape.rank >= rank - 1 }) else {
            throw FaultyInput(Fault(pointer: "/layer", detail: "grad_cam needs \(kind), on an input with such axes"))
        }
        let operations = try subject.operations(3, at: "", "take a smaller model")
        let plan = try subject.plan("gradients \(number.key) \([DifferentiationVariable.layer(place)])") {
            try GradientPlan(network, of: number.differentiand, by: [.layer(place)])
        }
        let found = try control.measure {
            plan.run(subject.row, seed: seed, target: number.target, subject.weights)
        }
        let derivative = found.derivatives[0]
        let cam = GradCAM(
            derivative.value.first,
            gradient: derivative.gradient.first,
            input: Array(input.shape.extents.prefix(rank - 1))
        )
        let arrays = [
            ("channel_weights", cam.channelWeights), ("map", cam.map), ("map_on_input", cam.mapOnInput),
        ]
        return InspectionAnswer(
            cost: .init(mode: .reverse, passes: 1, operations: operations, milliseconds: control.milliseconds),
            members: head + [("layer", .plain(network.layers[place].name))] + arrays.map { ($0.0, .arrayed($0.1)) },
            arrays: arrays.map { ("gradients/\($0.0)", $0.1) },
            picture: { Picture([try Picture.Panel(map: cam.mapOnInput)]) }
        )
    }
}

/// What counts where a request says nothing.
enum InspectionStandard {
    static let integrationSteps = 64
    static let samples = 8
    static let step = 0.01
    static let curve = (0...7).map { place in [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7][place] }
}

/// How far what was added up is from what the number changes by.
private struct CompletenessDocument: Sendable, JSONWritable {
    let sum: Double
    let difference: Double

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("sum", Float(sum))
            json.field("difference", Float(difference))
            json.field("error", Float(abs(sum - difference)))
        }
    }
}
