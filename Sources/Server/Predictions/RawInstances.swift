import Features
import JSON

/// Instances that came in another form than JSON: a file, a text, an array, or a table of them.
enum RawInstances: Sendable {
    /// One file for the one input of its kind.
    case file([UInt8], RawInput.Kind)
    /// One text.
    case text(String)
    /// An array of NumPy, a row an instance.
    case array(RowArray)
    /// Records of cells, and whether the first one has names; nil to tell by the model's inputs.
    case table(CellRecords, hasHeader: Bool?)
    /// The bytes of each input by name; one under any name where the model has one input.
    case parts([Part])

    /// A part of a form.
    struct Part: Sendable {
        let name: String
        var bytes: [UInt8]
    }

    /// The network's inputs.
    ///
    /// - Throws: `FaultyInput` with what the model can't take.
    func values(for model: ModelInputs) throws(FaultyInput) -> InstanceRows {
        let inputs = model.rawInputs
        let instances = FrontInstances(model.front ?? model.plain, model)
        switch self {
        case .file(let bytes, let kind):
            let input = try Self.only(inputs, taking: "a file")
            guard input.kind == kind else { throw Self.misfit(input, found: kind.rawValue) }
            return try instances.values(count: 1) { _, _ throws(Fault) in [try Self.value(input, ofFile: bytes)] }
        case .text(let text):
            let input = try Self.only(inputs, taking: "a text")
            guard input.kind == .string else { throw Self.misfit(input, found: "a text") }
            return try instances.values(count: 1) { _, _ throws(Fault) in
                [FrontValue(.strings([text]), input.shape.isEmpty ? [] : [1])]
            }
        case .array(let array):
            let count: Int
            do throws(FrontError) {
                count = inputs.count == 1 ? try array.count(for: inputs[0]) : array.shape[0]
            } catch {
                throw Self.fault(error.description)
            }
            guard count > 0 else { throw Self.fault("the array has no row to predict") }
            return try instances.values(count: count, called: { "row \($0)" }) { row, _ throws(Fault) in
                try Self.telling("row \(row)") { () throws(FrontError) in
                    inputs.count == 1
                        ? [try array.value(of: inputs[0], row: row, of: count)] : try array.values(of: inputs, row: row)
                }
            }
        case .table(let table, let hasHeader):
            let cells = try CellInstances(inputs, table, hasHeader: hasHeader)
            var found = try instances.values(count: cells.records.count, called: { "record \($0 + 1)" }) {
                row,
                _ throws(Fault) in try cells.row(row)
            }
            found.notes = cells.notes + found.notes
            return found
        case .parts(let parts):
            let form = try FormInstances(inputs, parts)
            return try instances.values(count: form.count, called: { "row \($0)" }) { row, notes throws(Fault) in
                try form.row(row, &notes)
            }
        }
    }

    private static func only(_ inputs: [RawInput], taking what: String) throws(FaultyInput) -> RawInput {
        guard inputs.count == 1 else {
            let names = inputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw fault(
                "the model takes \(inputs.count) inputs, \(names), and \(what) is one; send multipart/form-data or JSON"
            )
        }
        return inputs[0]
    }

    private static func misfit(_ input: RawInput, found: String) -> FaultyInput {
        fault("the model's input \"\(input.name)\" takes \(input.kind.rawValue), found \(found)")
    }

    /// The value that a file's bytes give.
    static func value(_ input: RawInput, ofFile bytes: [UInt8]) throws(Fault) -> FrontValue {
        try telling(nil) { () throws(FrontError) in try input.value(ofFile: bytes) }
    }

    /// Tells an error of a value with its place.
    static func telling<Value>(
        _ place: String?,
        _ body: () throws(FrontError) -> Value
    ) throws(Fault) -> Value {
        do throws(FrontError) {
            return try body()
        } catch {
            throw Fault(pointer: "", detail: (place.map { "\($0): " } ?? "") + error.description)
        }
    }

    private static func fault(_ detail: String) -> FaultyInput { FaultyInput(Fault(pointer: "", detail: detail)) }
}
