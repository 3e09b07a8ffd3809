import JSON
import Testing

@testable import Features

/// Files of NumPy and IDX of every type as columns.
struct ArrayReferenceTests {
    @Test func `an array without rows whose rows would overflow is refused`() throws {
        // IDX (yann.lecun.com/exdb/mnist): bytes, three axes, of 0, 2^32 - 1 and 2^32 - 1 places.
        let bytes: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8)
        let error = #expect(throws: DatasetFormatError.self) {
            try TableUploads.table(bytes, TableUploads.options("application/x-npy"))
        }
        #expect(error?.description.contains("extents") == true, "\(String(describing: error))")
    }

    @Test(arguments: Reference.cases("arrays"))
    func readsAsTheReference(_ example: ReferenceCase) throws {
        let expected = try example.value("expected")
        let bytes = try example.bytes("input")
        let options = try TableUploads.options(example.value("media_type").string())
        guard expected["error"] == nil else {
            #expect(throws: DatasetFormatError.self) { try TableUploads.table(bytes, options) }
            if example.json["note"]?.source.contains("named: x") == true {
                let error = #expect(throws: DatasetFormatError.self) { try TableUploads.table(bytes, options) }
                #expect(error?.description.contains("\"x\"") == true)
            }
            return
        }
        let table = try TableUploads.table(bytes, options)
        let arrays = try #require(expected["arrays"])
        try #require(table.columns.count == arrays.count)
        let all = try table.allValues()
        #expect(try table.allValues(blockRows: 1) == all)
        for (name, array) in arrays.members {
            let place = try #require(table.columns.firstIndex { $0.name == (name.isEmpty ? "x" : name) })
            let data = try #require(array["data"])
            let shape = try #require(array["shape"]).ints()
            let isDate = example.testDescription == "npy dates"
            try expect(all[place], table.columns[place], data, shape, try #require(array["dtype"]).string(), isDate)
        }
    }

    private func expect(
        _ values: ColumnValues,
        _ column: TypedColumn,
        _ data: JSONValue,
        _ shape: [Int],
        _ dtype: String,
        _ isDate: Bool
    ) throws {
        #expect(values.count == (shape.first ?? 1))
        let wanted = Array(data.elements)
        switch values.content {
        case .arrays(let floats, let extents):
            #expect(extents == Array(shape.dropFirst()))
            #expect(column.type == .array && column.shape == extents)
            try #require(floats.count == wanted.count)
            for (float, number) in zip(floats, wanted) { #expect(float == Float(try number.referenceNumber())) }
        case .numbers(let numbers):
            #expect(dtype.hasPrefix("float"))
            for (row, value) in wanted.enumerated() {
                let number = try value.referenceNumber()
                #expect(number.isNaN ? values.missing?[row] == true : numbers[row] == number)
            }
        case .integers(let integers):
            #expect(dtype.contains("int"))
            let texts = try wanted.map { $0.kind == .string ? try $0.string() : $0.source }
            #expect(integers.map { String($0) } == texts)
        case .dates(let dates):
            #expect(isDate)
            #expect(dates == (try wanted.map { Int64(try $0.int()) }))
        case .booleans(let truths): #expect(truths == (try wanted.map { try $0.bool() }))
        case .strings(let words):
            #expect(words == (try wanted.map { $0.kind == .string ? try $0.string() : $0.source }))
            if dtype == "string" {
                #expect((0..<words.count).allSatisfy { (values.missing?[$0] ?? false) == words[$0].isEmpty })
            }
        case .files: Issue.record("arrays are no files")
        }
    }
}
