import Features
import JSON

/// A request for predictions, row by row or column by column.
struct ServingRequest: Sendable {
    /// How the instances stand in the body.
    enum Form: Sendable {
        /// `instances`: each a value, or an object of the inputs by name.
        case rows(JSONValue)
        /// `inputs`: the values of all rows, or an object of them by input.
        case columns(JSONValue)
    }

    /// How they stand.
    let form: Form

    /// Reads a body.
    ///
    /// - Throws: `FaultyInput`.
    init(_ body: JSONValue) throws(FaultyInput) {
        guard body.kind == .object else { throw FaultyInput(body.mismatch("an object")) }
        try Self.checkSignature(body)
        switch (body["instances"], body["inputs"]) {
        case (.some, .some):
            throw FaultyInput("expecting only one of 'inputs' or 'instances' keys to exist")
        case (nil, nil): throw FaultyInput("Missing 'inputs' or 'instances' key")
        case (let instances?, nil):
            guard instances.kind == .array, instances.count > 0 else {
                throw FaultyInput(instances.mismatch("an array of one or more instances"))
            }
            form = .rows(instances)
        case (nil, let inputs?): form = .columns(inputs)
        }
    }

    /// The name of the one signature that every model has.
    static let signature = "serving_default"

    /// Refuses another signature than the one there is.
    static func checkSignature(_ body: JSONValue) throws(FaultyInput) {
        guard let name = body["signature_name"] else { return }
        guard name.kind == .string, let text = try? name.string() else {
            throw FaultyInput(name, "'signature_name' key must be a string value.")
        }
        guard text.isEmpty || text == signature else {
            throw FaultyInput(
                name,
                "Serving signature name: \"\(text)\" not found in signature def; there is \"\(signature)\""
            )
        }
    }

    /// The rows as a model takes them.
    ///
    /// - Throws: `FaultyInput` with what the model can't take.
    func values(for model: ModelInputs) throws -> InstanceRows {
        switch form {
        case .rows(let instances) where instances[0]?.kind == .number && model.rawInputs.count == 1:
            // Numbers for rows of one number each, as a model of scalars takes them there.
            return try Self.columns(instances, model.rawInputs.map(\.name)).values(for: model)
        case .rows(let instances):
            let request = PredictionRequest(model: "", version: .newest, instances: .many(instances))
            return try request.values(for: model)
        case .columns(let inputs): return try Self.columns(inputs, model.rawInputs.map(\.name)).values(for: model)
        }
    }

    /// The columns of an object by input, or of the values of the one input.
    ///
    /// - Parameters:
    ///   - inputs: What the client sent.
    ///   - names: The names of the model's inputs; other columns are left out.
    /// - Returns: The columns.
    /// - Throws: `FaultyInput` for values that are no columns.
    static func columns(_ inputs: JSONValue, _ names: [String]) throws(FaultyInput) -> ColumnInstances {
        func values(_ column: JSONValue) -> [JSONValue] {
            column.kind == .array ? Array(column.elements) : [column]
        }
        let isByName = inputs.kind == .object && !(inputs.count == 1 && inputs["b64"] != nil)
        guard isByName else {
            guard names.count == 1 else {
                let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
                throw FaultyInput(inputs.mismatch("an object with the inputs \(list)"))
            }
            return try ColumnInstances([.init(name: names[0], values: values(inputs))], at: inputs)
        }
        let columns = inputs.members.filter { names.contains($0.key) }.map {
            ColumnInstances.Column(name: $0.key, values: values($0.value))
        }
        guard !columns.isEmpty else {
            let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
            let found = inputs.members.map { "\"\($0.key)\"" }.joined(separator: ", ")
            throw FaultyInput(inputs, "expected the inputs \(list), found \(found.isEmpty ? "none" : found)")
        }
        return try ColumnInstances(columns, at: inputs)
    }
}
