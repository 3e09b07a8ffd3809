import JSON
import NN

/// Which number is differentiated, as a request says it.
struct DifferentiandRequest: Sendable {
    /// The output's name; nil where there is one.
    let output: String?
    /// The index in it; nil for the greatest.
    let index: [Int]?
    /// What is taken; nil for the logit where there is one.
    let value: Value?
    /// The loss; nil for that of the version's training.
    let loss: JSONValue?
    /// The target; nil for the row's.
    let target: JSONValue?
    /// Where it stands in the request.
    let pointer: String

    /// What is taken of an output.
    enum Value: String, Sendable, CaseIterable {
        case logit, output, loss
    }

    /// What counts where nothing is said.
    init(pointer: String) {
        (output, index, value, loss, target) = (nil, nil, nil, nil, nil)
        self.pointer = pointer
    }

    init(reading reader: inout ObjectReader) {
        pointer = reader.pointer
        output = reader.optionalString("output")
        value = reader.optionalChoice("value", among: Value.allCases.map(\.rawValue)).flatMap(Value.init(rawValue:))
        if value == .loss {
            index = nil
            loss = reader.optionalValue("loss")
            target = reader.optionalValue("target")
        } else {
            (loss, target) = (nil, nil)
            let whole = 0...Int(Int32.max)
            let isList = reader.object?["index"]?.kind == .array
            index =
                isList
                ? reader.ints("index", in: whole, count: 1...8) : reader.optionalInt("index", in: whole).map { [$0] }
        }
    }

    /// The loss that it takes; nil where it takes none.
    var lossWish: LossWish? { value == .loss ? LossWish(loss: loss, pointer: pointer + "/loss") : nil }

    /// The number of a model that is meant.
    ///
    /// - Throws: `FaultyInput` for an output, a loss or a target that doesn't fit.
    func resolved(for subject: InspectedSubject) throws -> ResolvedDifferentiand {
        let network = subject.network
        let names = network.outputs.map(\.name)
        guard let name = output ?? (names.count == 1 ? names[0] : nil) else {
            let listed = names.map { "\"\($0)\"" }.joined(separator: ", ")
            throw fault("output", "missing; expected one of \(listed)")
        }
        guard let place = names.firstIndex(of: name) else {
            throw fault("output", Suggestion.unknown("output", name, known: names))
        }
        if value == .loss { return try loss(of: place, subject) }
        let hasLogits = try network.outputsWithLogits()[place]
        if value == .logit, !hasLogits {
            throw fault(
                "value",
                "\"\(name)\" ends with no softmax and no sigmoid, so it has no logit; ask for \"output\""
            )
        }
        let kind: Value = value ?? (hasLogits ? .logit : .output)
        return ResolvedDifferentiand(
            differentiand: Differentiand(output: place, kind == .logit ? .logit : .output),
            kind: kind,
            output: name,
            target: [],
            request: self
        )
    }

    private func loss(of place: Int, _ subject: InspectedSubject) throws -> ResolvedDifferentiand {
        let output = subject.network.outputs[place]
        guard let loss = subject.losses[place] else {
            throw fault("loss", "missing; no loss is known of the output \"\(output.name)\"")
        }
        let found = try LossTarget(loss, output, given: target, at: pointer + "/target", of: subject)
        return ResolvedDifferentiand(
            differentiand: Differentiand(output: place, .loss(loss, found.rule)),
            kind: .loss,
            output: output.name,
            target: found.numbers,
            request: self
        )
    }

    fileprivate func fault(_ member: String, _ detail: String) -> FaultyInput {
        FaultyInput(Fault(pointer: "\(pointer)/\(member)", detail: detail))
    }
}

/// A number that was found in a model.
struct ResolvedDifferentiand: Sendable {
    let differentiand: Differentiand
    let kind: DifferentiandRequest.Value
    let output: String
    /// The target of a loss; empty for others.
    let target: [Float]
    fileprivate let request: DifferentiandRequest

    /// By which plans of it are known.
    var key: String {
        if case .loss(let loss, let rule) = differentiand.kind {
            return "\(output) loss \(loss.jsonText) \(rule.shape)"
        }
        return "\(output) \(kind.rawValue)"
    }

    /// Which of the numbers is meant.
    ///
    /// - Parameter numbers: All of them, with the batch.
    /// - Returns: What each counts, and what the answer repeats.
    /// - Throws: `FaultyInput` for an index that is out of range.
    func pick(from numbers: Tensor) throws(FaultyInput) -> (seed: [Float], document: DifferentiandDocument) {
        let shape = Array(numbers.shape.extents.dropFirst())
        guard kind != .loss else {
            let document = DifferentiandDocument(output: output, index: nil, value: kind, number: numbers.values[0])
            return ([1], document)
        }
        var place = 0
        if let index = request.index {
            guard index.count == shape.count || (shape.allSatisfy { $0 == 1 } && index == [0]) else {
                let expected = shape.count == 1 ? "a number" : "\(shape.count) numbers, one an axis of \(shape)"
                throw request.fault("index", "expected \(expected), found \(index.count)")
            }
            for (axis, (number, extent)) in zip(index, shape).enumerated() {
                guard number < extent else {
                    let where_ = shape.count == 1 ? "" : " along axis \(axis)"
                    throw request.fault("index", "expected 0 to \(extent - 1)\(where_), found \(number)")
                }
                place = place * extent + number
            }
        } else {
            for (other, number) in numbers.values.enumerated() where number > numbers.values[place] { place = other }
        }
        var seed = [Float](repeating: 0, count: numbers.volume)
        seed[place] = 1
        let index = Shape(shape).strides.enumerated().map { place / max($1, 1) % max(shape[$0], 1) }
        let document = DifferentiandDocument(output: output, index: index, value: kind, number: numbers.values[place])
        return (seed, document)
    }
}

/// Which number was differentiated, and what it is.
struct DifferentiandDocument: Sendable, JSONWritable {
    let output: String
    /// The index along each axis; nil for a loss.
    let index: [Int]?
    let value: DifferentiandRequest.Value
    let number: Float

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("output", output)
            if let index {
                if index.count == 1 { json.field("index", index[0]) } else { json.field("index", index) }
            }
            json.field("value", value.rawValue)
            json.field("number", number)
        }
    }
}
