import Features
import JSON

/// Rows in the forms of SageMaker's own algorithms: records of cells, or JSON a line.
enum SageMakerRows: Sendable {
    /// Records, and whether the first has names; nil to tell by its cells.
    case table(CellRecords, hasHeader: Bool?)
    /// A list of instances.
    case list(JSONValue)

    /// Reads records of cells, separated by commas.
    ///
    /// - Throws: `DatasetFormatError` for text that is no table.
    init(csv bytes: [UInt8], hasHeader: Bool?) throws {
        self = .table(try CellRecords(bytes, separator: UInt8(ascii: ",")), hasHeader: hasHeader)
    }

    /// Reads JSON a line.
    ///
    /// - Throws: `FaultyInput` that names the line that is no JSON.
    init(lines bytes: [UInt8]) throws {
        var list: [UInt8] = [UInt8(ascii: "[")]
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let text = Array(line)
            guard text.contains(where: { !JSONLines.isBlank($0) }) else { continue }
            do throws(JSONSyntaxError) {
                _ = try JSONDocument(parsing: text)
            } catch {
                throw FaultyInput("line \(number + 1): \(error.description)")
            }
            if list.count > 1 { list.append(UInt8(ascii: ",")) }
            list += text
        }
        guard list.count > 1 else { throw FaultyInput("the body has no line; send an instance a line") }
        self = .list(try JSONDocument(parsing: list + [UInt8(ascii: "]")]).root)
    }

    /// The rows as a model takes them.
    ///
    /// - Throws: `FaultyInput` with what the model can't take.
    func values(for model: ModelInputs) throws -> InstanceRows {
        switch self {
        case .list(let list): return try MLflowFrame(Self.unwrapped(list, model)).values(for: model)
        case .table(let table, let hasHeader):
            let areNumbers = model.rawInputs.allSatisfy { $0.kind != .string }
            let first = table.records.first ?? []
            // A cell that is no number is one of a header, where all cells below it are numbers.
            let isHeader = hasHeader ?? (areNumbers ? first.contains(where: Self.isWord) : nil)
            return try RawInstances.table(table, hasHeader: isHeader).values(for: model)
        }
    }

    private static func isWord(_ cell: String) -> Bool {
        Float(cell) == nil && !CellRecords.isMissing(cell, amongWords: false)
            && !["true", "false"].contains(cell.lowercased())
    }

    /// The instances, each out of `{"features": …}` where that is no input of the model.
    private static func unwrapped(_ list: JSONValue, _ model: ModelInputs) throws -> JSONValue {
        let key = "features"
        guard !model.rawInputs.contains(where: { $0.name == key }),
            list.elements.allSatisfy({ $0.kind == .object && $0.count == 1 && $0[key] != nil })
        else { return list }
        var json = JSONWriter()
        json.array { json in
            for element in list.elements { json.write(element[key] ?? element) }
        }
        return try JSONDocument(parsing: json.bytes).root
    }
}

/// Texts of which each line is JSON.
enum JSONLines {
    /// Whether a byte is a blank of JSON.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
