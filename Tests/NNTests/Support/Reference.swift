import CZlib
import Foundation
import JSON
import NN
import Testing

/// Numbers that `scripts/reference` took from Keras, stored in `Fixtures`.
enum Reference {
    /// The cases of a file of `Fixtures`, by name.
    static func cases(_ file: String) -> [ReferenceCase] {
        guard let root = try? document(file) else { return [] }
        return root.elements.map(ReferenceCase.init)
    }

    /// A whole file of `Fixtures`.
    static func document(_ file: String) throws -> JSONValue {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/\(file)")
        return try JSONDocument(parsing: unpacked(url.path)).root
    }

    /// The bytes of a gzip file; none where it can't be read.
    private static func unpacked(_ path: String) -> [UInt8] {
        guard let file = gzopen(path, "rb") else { return [] }
        defer { gzclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = gzread(file, &chunk, UInt32(chunk.count))
            guard count > 0 else { return bytes }
            bytes += chunk[..<Int(count)]
        }
    }
}

/// One case of a file of reference numbers.
struct ReferenceCase: CustomTestStringConvertible, Sendable {
    let json: JSONValue

    var testDescription: String { (try? json["name"]?.string()) ?? "unnamed" }

    /// A value of the case.
    func value(_ key: String) throws -> JSONValue { try #require(json[key], "\(testDescription) has no \(key)") }

    /// A tensor of the case.
    func tensor(_ key: String) throws -> Tensor { try Tensor(reference: value(key)) }

    /// A list of tensors of the case.
    func tensors(_ key: String) throws -> [Tensor] {
        try value(key).elements.map { tensor in try Tensor(reference: tensor) }
    }

    /// The network that the case defines.
    func network() throws -> Network { try Network(ModelDefinition(value("definition"))) }
}

extension Tensor {
    /// A tensor from `{"shape", "values"}`.
    init(reference json: JSONValue) throws {
        let shape = Shape(try #require(json["shape"]).ints())
        let values = try #require(json["values"]).array().map { value in try value.float() }
        self.init(shape, values)
    }
}

/// The largest difference between computed numbers and those of the reference, relative to the reference.
///
/// Each difference is measured against the reference number or, where that is smaller, the root mean square of them all:
/// a sum of terms that cancel is only as exact as its terms.
func relativeError(_ computed: [Float], _ reference: [Float]) -> Double {
    guard computed.count == reference.count else { return .infinity }
    let square = reference.reduce(0) { $0 + Double($1) * Double($1) }
    let scale = max((square / Double(max(reference.count, 1))).squareRoot(), 1e-30)
    return zip(computed, reference).reduce(0) { worst, pair in
        let difference = abs(Double(pair.0) - Double(pair.1))
        let error = difference / max(abs(Double(pair.1)), scale)
        return error.isNaN ? .infinity : max(worst, error)
    }
}
