import Features
import JSON

/// Examples to classify or to regress on: each an object of features, whose values are flat.
struct ServingExamples: Sendable {
    /// The features by name, an object an example.
    private let examples: [JSONValue]
    /// Features that every example has unless it says otherwise.
    private let context: JSONValue?

    /// Reads a body.
    ///
    /// - Throws: `FaultyInput`.
    init(_ body: JSONValue) throws(FaultyInput) {
        guard body.kind == .object else { throw FaultyInput(body.mismatch("an object")) }
        try ServingRequest.checkSignature(body)
        guard let list = body["examples"] else { throw FaultyInput("Missing 'examples' key") }
        guard list.kind == .array, list.count > 0 else {
            throw FaultyInput(list.mismatch("an array of one or more examples"))
        }
        examples = Array(list.elements)
        context = body["context"]
        if let context, context.kind != .object { throw FaultyInput(context.mismatch("an object of features")) }
        for example in examples where example.kind != .object {
            throw FaultyInput(example.mismatch("an object of features"))
        }
    }

    /// The rows as a model takes them; features that are no inputs are left out.
    ///
    /// - Throws: `FaultyInput` with what the model can't take.
    func values(for model: ModelInputs) throws -> InstanceRows {
        var json = JSONWriter()
        let inputs = model.rawInputs
        try json.array { json in
            for example in examples { try write(example, inputs, to: &json) }
        }
        let list = try JSONDocument(parsing: json.bytes, place: "/examples").root
        return try PredictionRequest(model: "", version: .newest, instances: .many(list)).values(for: model)
    }

    /// Writes an example as an instance, each feature in the form that its input takes.
    private func write(_ example: JSONValue, _ inputs: [RawInput], to json: inout JSONWriter) throws(FaultyInput) {
        var fault: FaultyInput?
        json.object { json in
            for input in inputs {
                guard let value = example[input.name] ?? context?[input.name] else { continue }
                if let nested = value.elements.first(where: { $0.kind == .array }) {
                    fault = FaultyInput(nested, "the values of a feature are flat, found an array among them")
                }
                json.key(input.name)
                if value.kind == .array, value.count == 1, input.shape.isEmpty || input.kind == .image {
                    json.write(value[0] ?? value)
                } else if value.kind != .array, !input.shape.isEmpty, input.kind != .image, input.kind != .audio {
                    json.array { $0.write(value) }
                } else {
                    json.write(value)
                }
            }
        }
        if let fault { throw fault }
    }
}
