import JSON
import Testing

@testable import Features

/// Tables of every form against what pandas and the contract make of them.
struct TableReferenceTests {
    @Test(arguments: Reference.cases("tables"))
    func readsAsTheReference(_ example: ReferenceCase) throws {
        let expected = try example.value("expected")
        let options = try TableUploads.options(example.value("media_type").string())
        let schema = example.json["schema"]?.source
        let bytes = try example.bytes("input")
        if expected["error"] != nil { return try refuses(bytes, options, schema, expected) }
        let table = try TableUploads.table(bytes, options, schema: schema)
        #expect(table.rows == (try expected["rows"]?.int()))
        let columns = try #require(expected["columns"])
        try #require(table.columns.count == columns.count, "\(table.columns.map(\.name))")
        let all = try table.allValues()
        for (place, wanted) in columns.elements.enumerated() {
            let column = table.columns[place]
            #expect(column.type.rawValue == (try wanted["type"]?.string()))
            if options.hasHeader != false { #expect(column.name == (try wanted["name"]?.string())) }
            let values = try #require(wanted["values"])
            try #require(all[place].count == values.count)
            #expect(column.missing == values.elements.filter(\.isNull).count)
            for (row, value) in values.elements.enumerated() {
                try expect(all[place], row, value, column)
            }
        }
        // Cut anywhere, the bytes are the same table.
        let cut = try TableUploads.table(bytes, options, schema: schema, pieces: 1)
        #expect(cut.columns == table.columns)
        #expect(cut.notes == table.notes)
        #expect(try cut.allValues() == all)
        #expect(try table.allValues(blockRows: 1) == all)
    }

    private func refuses(
        _ bytes: [UInt8],
        _ options: TableUploadOptions,
        _ schema: String?,
        _ expected: JSONValue
    ) throws {
        var said: [String] = []
        for pieces in [Int.max, 1] {
            do {
                let table = try TableUploads.table(bytes, options, schema: schema, pieces: pieces)
                Issue.record("taken: \(table.columns)")
            } catch let error as DatasetFormatError {
                said.append(error.description)
            }
        }
        let sentence = try #require(said.first)
        #expect(said.allSatisfy { $0 == sentence })
        if let line = try expected["line"]?.int() { #expect(sentence.contains("line \(line)"), "\(sentence)") }
        if let byte = try expected["byte"]?.int() { #expect(sentence.contains("byte \(byte)"), "\(sentence)") }
        if let record = try expected["record"]?.int() { #expect(sentence.contains("record \(record)"), "\(sentence)") }
        if let column = try expected["column"]?.string() { #expect(sentence.contains("\"\(column)\""), "\(sentence)") }
    }

    private func expect(_ values: ColumnValues, _ row: Int, _ wanted: JSONValue, _ column: TypedColumn) throws {
        let place: Comment = "column \(column.name), row \(row)"
        #expect((values.missing?[row] ?? false) == wanted.isNull, place)
        guard !wanted.isNull else { return }
        switch values.content {
        case .numbers(let numbers):
            let number = try wanted.double()
            #expect(abs(numbers[row] - number) <= abs(number) * 1e-12, place)
            #expect(numbers[row].sign == number.sign, place)
        case .integers(let integers), .dates(let integers): #expect(integers[row] == Int64(try wanted.int()), place)
        case .booleans(let truths): #expect(truths[row] == (try wanted.bool()), place)
        case .strings(let words): #expect(words[row].utf8.elementsEqual(try wanted.string().utf8), place)
        case .arrays(let floats, let shape):
            let (found, numbers) = try wanted.readTensor()
            let volume = shape.reduce(1, *)
            #expect(shape == found, place)
            #expect(Array(floats[row * volume..<(row + 1) * volume]) == numbers, place)
        case .files: Issue.record("a table of text has no files")
        }
    }
}
