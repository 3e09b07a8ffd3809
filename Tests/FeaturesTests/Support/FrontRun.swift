import JSON
import Testing

@testable import Features

/// Runs front layers over the rows of reference arrays.
enum FrontRun {
    /// The layer of a definition, whose arguments must be without fault.
    static func layer(_ definition: JSONValue) throws -> any FrontLayer {
        let layer = try definition.read { arguments -> (any FrontLayer)? in
            arguments.accept("name", "type")
            let name = (try? arguments.object?["type"]?.string()) ?? ""
            return FrontLayerRegistry.layer(named: name, reading: &arguments)
        }
        return try #require(layer)
    }

    /// The layer of a definition in JSON text.
    static func layer(_ definition: String) throws -> any FrontLayer {
        try layer(JSONDocument(parsing: definition).root)
    }

    /// The layer's definition, as it writes it itself.
    static func definition(of layer: any FrontLayer) throws -> JSONValue {
        var json = JSONWriter()
        json.object { json in
            json.field("type", type(of: layer).name)
            layer.write(to: &json)
        }
        return try JSONDocument(parsing: json.bytes).root
    }

    /// The layer that has learned from rows, after its state went through JSON.
    static func learned(_ layer: any LearningFrontLayer, from rows: [FrontValue]) throws -> any LearningFrontLayer {
        var learner = try layer.learner(for: [rows[0].type])
        for row in rows { try learner.add([row]) }
        let learned = try learner.finish()
        var json = JSONWriter()
        json.object { json in learned.writeState(to: &json) }
        return try restored(layer, try JSONDocument(parsing: json.bytes).root)
    }

    private static func restored<Layer: LearningFrontLayer>(
        _ layer: Layer,
        _ state: JSONValue
    ) throws -> any LearningFrontLayer {
        try layer.restored(from: state)
    }

    /// The results for rows, each checked against the type that the layer foretells.
    static func results(_ layer: any FrontLayer, _ rows: [[FrontValue]]) throws -> [FrontValue] {
        try rows.map { row in
            var pass = FrontPass()
            let result = try layer.apply(to: row, &pass)
            let type = try layer.output(for: row.map(\.type))
            #expect(result.element == type.element)
            #expect(result.shape.count == type.shape.count, "\(result.shape) is not of \(type)")
            for (extent, foretold) in zip(result.shape, type.shape) where foretold != nil {
                #expect(extent == foretold)
            }
            return result
        }
    }

    /// What a learned layer shows to clients.
    static func summary(of layer: any LearningFrontLayer) throws -> JSONValue {
        var json = JSONWriter()
        json.object { json in layer.writeSummary(to: &json) }
        return try JSONDocument(parsing: json.bytes).root
    }
}

extension FrontValue {
    /// The type of rows such as this one.
    var type: FrontType { FrontType(element, shape) }

    /// The elements as words; none of numbers.
    var words: [String] {
        guard case .strings(let words) = content else { return [] }
        return words
    }

    /// The elements as 64-bit numbers; none of words.
    var doubles: [Double] {
        if case .integers(let integers) = content { return integers.map(Double.init) }
        return floats?.map(Double.init) ?? []
    }
}

/// An array of a case: its words or numbers, and its shape.
struct ReferenceArray {
    let shape: [Int]
    let words: [String]
    let numbers: [Double]
    let isOfIntegers: Bool

    init(_ json: JSONValue) throws {
        shape = try #require(json["shape"]).ints()
        let data = try #require(json["data"]).elements
        let dtype = try #require(json["dtype"]).string()
        isOfIntegers = dtype.hasPrefix("int")
        words = dtype == "string" ? try data.map { try $0.string() } : []
        numbers = dtype == "string" ? [] : try data.map { try $0.referenceNumber() }
    }

    /// The whole array as one row.
    var row: FrontValue { value(0..<max(words.count, numbers.count), shape) }

    /// The rows of the array, whose first axis is the batch.
    var rows: [FrontValue] {
        let size = shape.dropFirst().reduce(1, *)
        return (0..<shape[0]).map { value($0 * size..<($0 + 1) * size, Array(shape.dropFirst())) }
    }

    private func value(_ range: Range<Int>, _ shape: [Int]) -> FrontValue {
        if numbers.isEmpty { return FrontValue(.strings(Array(words[range])), shape) }
        if isOfIntegers { return FrontValue(.integers(numbers[range].map { Int($0) }), shape) }
        return FrontValue(.floats(numbers[range].map { Float($0) }), shape)
    }
}

/// Whether numbers agree within a greatest difference, NaN with NaN.
func agree(_ found: [Double], _ expected: [Double], within tolerance: Double) -> Bool {
    found.count == expected.count
        && zip(found, expected).allSatisfy { found, expected in
            found.isNaN && expected.isNaN || abs(found - expected) <= tolerance
        }
}
