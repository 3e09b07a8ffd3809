import JSON
import Testing

@testable import Features

extension ReferenceCase {
    /// The layer of the case, read by its Keras name, written, read again and written the same.
    func layer() throws -> any FrontLayer {
        let definition = try value("layer")
        let name = try #require(definition["type"]).string()
        let layer = try Self.layer(name, definition)
        let written = try Self.text(of: layer)
        let again = try Self.layer(name, JSONDocument(parsing: Array(written.utf8)).root)
        #expect(try Self.text(of: again) == written)
        return layer
    }

    private static func layer(_ name: String, _ definition: JSONValue) throws -> any FrontLayer {
        try #require(
            try definition.read { reader in
                reader.accept("type", "dtype", "name")
                return FrontLayerRegistry.layer(named: name, reading: &reader)
            }
        )
    }

    private static func text(of layer: any FrontLayer) throws -> String {
        var json = JSONWriter()
        json.object { json in layer.write(to: &json) }
        return json.text
    }

    /// The rows of an array: one, or those of a batch where its extents are one more than a picture's.
    func rows(_ key: String) throws -> [FrontValue] {
        let array = try value(key)
        let shape = try #require(array["shape"]).elements.map { try $0.int() }
        let numbers = try #require(array["data"]).elements.map { Float(try $0.referenceNumber()) }
        let isBytes = try array["dtype"]?.string() == "uint8"
        func row(_ numbers: [Float], _ shape: [Int]) -> FrontValue {
            FrontValue(isBytes ? .bytes(numbers.map { UInt8($0) }) : .floats(numbers), shape)
        }
        guard shape.count != 3 else { return [row(numbers, shape)] }
        let size = numbers.count / shape[0]
        return (0..<shape[0]).map { row(Array(numbers[$0 * size..<($0 + 1) * size]), Array(shape[1...])) }
    }

    /// Expects rows that are the case's to its tolerance, of the type that the layer announced.
    func expect(_ rows: [FrontValue]) throws {
        let expected = try self.rows("expected")
        #expect(rows.count == expected.count)
        for (row, expected) in zip(rows, expected) {
            #expect(row.shape == expected.shape)
            let (found, wanted) = (try #require(row.floats), try #require(expected.floats))
            try #require(found.count == wanted.count)
            let worst = zip(found, wanted).map { abs($0 - $1) }.max() ?? 0
            #expect(Double(worst) <= (try tolerance), "\(found.prefix(24)) in place of \(wanted.prefix(24))")
        }
    }
}
