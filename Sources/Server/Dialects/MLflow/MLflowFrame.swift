import Features
import JSON

/// A body of MLflow's scoring server: a data frame, or tensors.
struct MLflowFrame: Sendable {
    private enum Form: Sendable {
        /// Rows: values, or objects by column.
        case rows(JSONValue)
        /// Rows of cells below the names of the columns, if these are told.
        case table(names: [String]?, rows: JSONValue)
        /// The values of all rows, or an object of them by column.
        case columns(JSONValue)
    }

    private let form: Form
    /// Where it stands.
    private let body: JSONValue

    private static let forms = ["dataframe_split", "dataframe_records", "instances", "inputs"]
    private static let beside = ["params", "parameters"]

    /// Reads a body.
    ///
    /// - Throws: `FaultyInput`.
    init(_ body: JSONValue) throws(FaultyInput) {
        self.body = body
        if body.kind == .array {
            form = .rows(try Self.list(body))
            return
        }
        guard body.kind == .object else { throw FaultyInput(body.mismatch("an object")) }
        let given = Self.forms.filter { body[$0] != nil }
        let others = body.members.map(\.key).filter { !Self.forms.contains($0) && !Self.beside.contains($0) }
        guard given.count == 1, others.isEmpty, let value = body[given[0]] else {
            let list = Self.forms.joined(separator: ", ")
            let found = body.members.map { "\"\($0.key)\"" }.joined(separator: ", ")
            throw FaultyInput(
                "expected exactly one of \(list), and \"params\" beside it, found \(found.isEmpty ? "nothing" : found)"
            )
        }
        if let params = body["params"], params.kind != .object { throw FaultyInput(params.mismatch("an object")) }
        switch given[0] {
        case "dataframe_split":
            guard value.kind == .object, let data = value["data"] else {
                throw FaultyInput(value.mismatch("an object with \"data\", and perhaps \"columns\" and \"index\""))
            }
            for member in value.members where !["columns", "index", "data"].contains(member.key) {
                throw FaultyInput(
                    member.value,
                    Suggestion.unknown("member", member.key, known: ["columns", "index", "data"])
                )
            }
            form = .table(names: try Self.names(value["columns"]), rows: try Self.list(data))
        case "inputs": form = .columns(value)
        default: form = .rows(try Self.list(value))
        }
    }

    private static func list(_ value: JSONValue) throws(FaultyInput) -> JSONValue {
        guard value.kind == .array, value.count > 0 else {
            throw FaultyInput(value.mismatch("an array of one or more rows"))
        }
        return value
    }

    private static func names(_ value: JSONValue?) throws(FaultyInput) -> [String]? {
        guard let value, !value.isNull else { return nil }
        guard value.kind == .array else { throw FaultyInput(value.mismatch("an array of names")) }
        // Columns that pandas numbered have no names.
        return value.elements.map { (try? $0.string()) ?? $0.source }
    }

    /// The rows as a model takes them: columns by their names where these are its inputs', else by their places.
    ///
    /// - Throws: `FaultyInput` with what the model can't take.
    func values(for model: ModelInputs) throws -> InstanceRows {
        let inputs = model.rawInputs
        switch form {
        case .rows(let rows):
            guard rows.elements.contains(where: { $0.kind == .object && $0["b64"] == nil }) else {
                return try Self.positional(rows, inputs, model)
            }
            return try records(rows, inputs).values(for: model)
        case .table(let names, let rows):
            if let names, inputs.count > 1 || names.contains(inputs[0].name) {
                return try Self.table(names, rows).values(for: model)
            }
            return try Self.positional(rows, inputs, model)
        case .columns(let columns):
            if columns.kind == .array, inputs.count > 1 { return try Self.positional(columns, inputs, model) }
            return try ServingRequest.columns(columns, inputs.map(\.name)).values(for: model)
        }
    }

    /// Rows without names: the one input's values, or a cell for each input.
    private static func positional(
        _ rows: JSONValue,
        _ inputs: [RawInput],
        _ model: ModelInputs
    ) throws -> InstanceRows {
        guard inputs.count > 1 || (inputs[0].shape.isEmpty && rows[0]?.kind == .array) else {
            let request = PredictionRequest(model: "", version: .newest, instances: .many(rows))
            return try request.values(for: model)
        }
        return try table(inputs.map(\.name), rows).values(for: model)
    }

    /// The columns of rows of cells.
    private static func table(_ names: [String], _ rows: JSONValue) throws(FaultyInput) -> ColumnInstances {
        var columns = names.map { _ in [JSONValue]() }
        for row in rows.elements {
            guard row.kind == .array, row.count == names.count else {
                throw FaultyInput(row.mismatch("an array of \(names.count) cells"))
            }
            for (place, cell) in row.elements.enumerated() { columns[place].append(cell) }
        }
        return try ColumnInstances(
            zip(names, columns).map { ColumnInstances.Column(name: $0, values: $1) },
            at: rows
        )
    }

    /// The columns of objects by name; those of one input whose name none has are its numbers, in their order.
    private func records(_ rows: JSONValue, _ inputs: [RawInput]) throws -> ColumnInstances {
        var names: [String] = []
        for row in rows.elements {
            guard row.kind == .object else { throw FaultyInput(row.mismatch("an object, like the others")) }
            for member in row.members where !names.contains(member.key) { names.append(member.key) }
        }
        let hole = try JSONDocument(parsing: "null").root
        guard inputs.count > 1 || names.contains(inputs[0].name) else {
            var json = JSONWriter()
            json.array { json in
                for row in rows.elements {
                    json.array { json in for name in names { json.write(row[name] ?? hole) } }
                }
            }
            let list = try JSONDocument(parsing: json.bytes, place: rows.pointer).root
            return try ColumnInstances([.init(name: inputs[0].name, values: Array(list.elements))], at: rows)
        }
        return try ColumnInstances(
            names.map { name in .init(name: name, values: rows.elements.map { $0[name] ?? hole }) },
            at: rows
        )
    }
}
