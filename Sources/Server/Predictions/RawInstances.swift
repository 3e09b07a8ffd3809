import Features
import JSON

/// Instances that came in another form than JSON: a file, a text, or a table of them.
enum RawInstances: Sendable {
    /// One file for the one input of its kind.
    case file([UInt8], RawInput.Kind)
    /// One text.
    case text(String)
    /// Records of cells, under the names of a header if there was one.
    case table(names: [String]?, records: [[String]])
    /// The bytes of each input by name; one under any name where the model has one input.
    case parts([(name: String, bytes: [UInt8])])

    /// The network's inputs.
    ///
    /// - Throws: `FaultyInput` with what the model can't take.
    func values(for model: ModelInputs) throws(FaultyInput) -> (rows: Int, values: [Float], notes: [String]) {
        let inputs = model.rawInputs
        let front = model.front ?? FrontGraph(inputs: inputs, nodes: [], outputs: inputs.map(\.name))
        let instances = FrontInstances(front, model)
        switch self {
        case .file(let bytes, let kind):
            let input = try Self.only(inputs, taking: "a file")
            guard input.kind == kind else {
                throw Self.fault(
                    "the model's input \"\(input.name)\" takes \(input.kind.rawValue), found \(kind.rawValue)"
                )
            }
            return try instances.values(
                count: 1,
                row: { _, _ throws(Fault) in [try Self.value(input, ofFile: bytes)] },
                pointer: { _ in "" }
            )
        case .text(let text):
            let input = try Self.only(inputs, taking: "a text")
            guard input.kind == .string else {
                throw Self.fault("the model's input \"\(input.name)\" takes \(input.kind.rawValue), found a text")
            }
            return try instances.values(
                count: 1,
                row: { _, _ throws(Fault) in [FrontValue(.strings([text]), input.shape.isEmpty ? [] : [1])] },
                pointer: { _ in "" }
            )
        case .table(let names, let records):
            let cells = try CellInstances(inputs, names: names, records: records)
            var found = try instances.values(
                count: records.count,
                row: { row, _ throws(Fault) in try cells.row(row) },
                pointer: { "record \($0 + 1)" }
            )
            found.notes = cells.notes + found.notes
            return found
        case .parts(let parts):
            return try instances.values(
                count: 1,
                row: { _, _ throws(Fault) in try Self.values(of: parts, inputs) },
                pointer: { _ in "" }
            )
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

    private static func values(
        of parts: [(name: String, bytes: [UInt8])],
        _ inputs: [RawInput]
    ) throws(Fault) -> [FrontValue] {
        if inputs.count > 1 {
            for part in parts where !inputs.contains(where: { $0.name == part.name }) {
                throw Fault(pointer: "", detail: Suggestion.unknown("input", part.name, known: inputs.map(\.name)))
            }
        } else if parts.count != 1 {
            throw Fault(pointer: "", detail: "the model takes one input, found \(parts.count) parts")
        }
        var values: [FrontValue] = []
        for input in inputs {
            guard let part = inputs.count == 1 ? parts.first : parts.first(where: { $0.name == input.name }) else {
                guard let missing = input.missing else {
                    throw Fault(pointer: "", detail: "the part \"\(input.name)\" is missing")
                }
                values.append(missing)
                continue
            }
            switch input.kind {
            case .image, .audio: values.append(try value(input, ofFile: part.bytes))
            case .float32, .int32, .string:
                guard let text = String(validating: part.bytes, as: UTF8.self) else {
                    throw Fault(pointer: "", detail: "the part \"\(part.name)\" is no text in UTF-8")
                }
                values.append(try CellInstances.value(input, of: text, place: "the part \"\(part.name)\""))
            }
        }
        return values
    }

    private static func value(_ input: RawInput, ofFile bytes: [UInt8]) throws(Fault) -> FrontValue {
        do throws(FrontError) {
            return try input.value(ofFile: bytes)
        } catch {
            throw Fault(pointer: "", detail: error.description)
        }
    }

    private static func fault(_ detail: String) -> FaultyInput { FaultyInput(Fault(pointer: "", detail: detail)) }
}

/// Records of cells as rows of a model's inputs: each cell an input, or all cells one input of numbers.
struct CellInstances {
    private let inputs: [RawInput]
    /// For each input the places of its cells.
    private let places: [[Int]]
    private let records: [[String]]
    /// What was left out.
    private(set) var notes: [String] = []

    /// Finds the cells of each input: by the header's names, or by their order where there is none.
    init(_ inputs: [RawInput], names: [String]?, records: [[String]]) throws(FaultyInput) {
        self.inputs = inputs
        self.records = records
        let width = records.map(\.count).max() ?? 0
        if let names, inputs.count > 1 || names.contains(inputs[0].name) {
            places = inputs.map { input in names.firstIndex(of: input.name).map { [$0] } ?? [] }
            let extra = names.filter { name in !inputs.contains { $0.name == name } }
            if !extra.isEmpty { notes.append("left out: \(extra.map { "\"\($0)\"" }.joined(separator: ", "))") }
            if places.allSatisfy(\.isEmpty) {
                throw FaultyInput(
                    Fault(
                        pointer: "",
                        detail:
                            "no column of the header is an input; expected \(inputs.map { "\"\($0.name)\"" }.joined(separator: ", "))"
                    )
                )
            }
        } else if inputs.count == 1 {
            places = [Array(0..<width)]
        } else {
            guard width >= inputs.count else {
                throw FaultyInput(
                    Fault(
                        pointer: "",
                        detail: "a record has \(width) cells, and the model takes \(inputs.count) inputs"
                    )
                )
            }
            places = inputs.indices.map { [$0] }
        }
    }

    /// The values of the inputs of a record.
    func row(_ row: Int) throws(Fault) -> [FrontValue] {
        let record = records[row]
        var values: [FrontValue] = []
        for (input, places) in zip(inputs, places) {
            let cells = places.compactMap { record.indices.contains($0) ? record[$0] : nil }
            if cells.count == 1, input.shape.isEmpty || input.shape == [1] {
                values.append(try Self.value(input, of: cells[0], place: "record \(row + 1)"))
            } else if cells.isEmpty, let missing = input.missing {
                values.append(missing)
            } else {
                values.append(try Self.value(input, of: cells, place: "record \(row + 1)"))
            }
        }
        return values
    }

    /// The value of one cell.
    static func value(_ input: RawInput, of cell: String, place: String) throws(Fault) -> FrontValue {
        let shape = input.shape.compactMap { $0 }
        switch input.kind {
        case .string: return FrontValue(.strings([cell]), shape)
        default: return FrontValue(.floats([try number(cell, place)]), shape)
        }
    }

    private static func value(_ input: RawInput, of cells: [String], place: String) throws(Fault) -> FrontValue {
        if let volume = input.type.volume, volume != cells.count {
            throw Fault(
                pointer: "",
                detail: "\(place): the input \"\(input.name)\" takes \(volume) numbers, found \(cells.count)"
            )
        }
        let shape = input.shape.contains(nil) ? [cells.count] : input.shape.compactMap { $0 }
        if input.kind == .string { return FrontValue(.strings(cells), shape) }
        var numbers: [Float] = []
        for cell in cells { numbers.append(try number(cell, place)) }
        return FrontValue(.floats(numbers), shape)
    }

    private static let holes: Set<String> = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "-", "?"]

    private static func number(_ cell: String, _ place: String) throws(Fault) -> Float {
        let text = String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        if holes.contains(text) { return .nan }
        if text == "true" || text == "True" { return 1 }
        if text == "false" || text == "False" { return 0 }
        guard let number = Float(text) else {
            throw Fault(pointer: "", detail: "\(place): expected a number, found \"\(text)\"")
        }
        return number
    }
}
