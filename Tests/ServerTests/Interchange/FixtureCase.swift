import Foundation
import JSON
import Testing

/// A file of another framework's, with what it computes.
struct FixtureCase {
    /// The bytes of the file.
    let bytes: [UInt8]
    /// The tensors of one batch that go in, by name.
    let inputs: [String: FixtureTensor]
    /// The tensors that come out, by name.
    let outputs: [String: FixtureTensor]

    /// The folder of all files, which another room's tests share.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../InterchangeTests/Fixtures").standardized

    /// The bytes of a file.
    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    /// The names of the files of a folder that end with a suffix, in order.
    static func names(in folder: String, endingWith suffix: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder.appending(path: folder).path)) ?? []
        return all.filter { $0.hasSuffix(suffix) }.sorted()
    }

    /// Reads a file and the numbers beside it.
    init(_ path: String) throws {
        bytes = try Self.bytes(path)
        let name = path.split(separator: ".")[0]
        let numbers = try JSONDocument(parsing: Self.bytes("\(name).json")).root
        inputs = try FixtureTensor.all(numbers["inputs"])
        outputs = try FixtureTensor.all(numbers["outputs"])
    }

    /// The rows as a request for predictions has them.
    var instances: String {
        let rows = inputs.values.first?.shape[0] ?? 0
        let texts = (0..<rows).map { row in
            guard inputs.count > 1 else { return inputs.values.first?.row(row) ?? "" }
            return "{" + inputs.sorted { $0.key < $1.key }.map { "\"\($0)\":\($1.row(row))" }.joined(separator: ",")
                + "}"
        }
        return "[\(texts.joined(separator: ","))]"
    }

    /// The greatest difference between what a server answered and what the framework computed; with a number for each step,
    /// of those alone whose number isn't 0.
    func difference(from predictions: JSONValue, whereCounted steps: [Double]? = nil) throws -> Double {
        var greatest = 0.0
        for (name, tensor) in outputs {
            let found = predictions.elements.flatMap { row in
                FixtureTensor.numbers(in: outputs.count > 1 ? row[name] : row)
            }
            try #require(found.count == tensor.data.count, "\(name): \(found.count) numbers, not \(tensor.data.count)")
            for (place, (one, other)) in zip(found, tensor.data).enumerated() {
                if let steps, steps[place * steps.count / found.count] == 0 { continue }
                greatest = max(greatest, abs(one - other))
            }
        }
        return greatest
    }
}

/// Numbers with their shape, of one batch.
struct FixtureTensor {
    let shape: [Int]
    let data: [Double]

    static func all(_ value: JSONValue?) throws -> [String: FixtureTensor] {
        var tensors: [String: FixtureTensor] = [:]
        for member in value?.members.map({ $0 }) ?? [] {
            let shape = try member.value["shape"]?.elements.map { try $0.int() } ?? []
            tensors[member.key] = FixtureTensor(shape: shape, data: numbers(in: member.value["data"]))
        }
        return tensors
    }

    /// The numbers in nested lists, in order.
    static func numbers(in value: JSONValue?) -> [Double] {
        guard let value else { return [] }
        if value.kind == .array { return value.elements.flatMap { numbers(in: $0) } }
        return (try? value.double()).map { [$0] } ?? []
    }

    /// A row of the batch as nested lists.
    func row(_ number: Int) -> String {
        let size = shape.dropFirst().reduce(1, *)
        return Self.nested(data[number * size..<(number + 1) * size], shape.dropFirst())
    }

    private static func nested(_ numbers: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> String {
        guard let extent = shape.first else { return "\(numbers[numbers.startIndex])" }
        let size = numbers.count / max(extent, 1)
        let parts = (0..<extent).map { place in
            let start = numbers.startIndex + place * size
            return nested(numbers[start..<start + size], shape.dropFirst())
        }
        return "[\(parts.joined(separator: ","))]"
    }
}

extension TestServer {
    /// Sends a file as a new model, as curl does by itself.
    func importFile(_ bytes: [UInt8], _ query: String = "", _ arguments: [String] = []) throws -> Reply {
        let folder = try TemporaryFolder()
        let file = try folder.write(bytes, to: "body")
        return try curl("POST", "/models\(query)", ["--data-binary", "@\(file)"] + arguments)
    }
}
