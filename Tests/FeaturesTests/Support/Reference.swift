import CZlib
import Foundation
import JSON
import Testing

@testable import Features

/// Cases whose numbers reference libraries gave, stored in `Fixtures`; its README names the sources.
enum Reference {
    /// The cases of a file of `Fixtures`, named without its ending, in their order.
    static func cases(_ file: String) -> [ReferenceCase] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures")
        let bytes = unpacked(folder.appending(path: "\(file).json.gz").path)
        return (try? JSONDocument(parsing: bytes))?.root.elements.map(ReferenceCase.init) ?? []
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

    /// The greatest difference allowed of any number.
    var tolerance: Double { get throws { try value("tolerance").double() } }

    /// The bytes of a value `{"b64"}`.
    func bytes(_ key: String) throws -> [UInt8] {
        let text = try #require(value(key)["b64"]).string()
        return Array(try #require(Data(base64Encoded: text)))
    }
}

extension JSONValue {
    /// A number, or one of the words that stand for what JSON lacks.
    func referenceNumber() throws -> Double {
        guard kind == .string else { return try double() }
        return try #require(["nan": Double.nan, "inf": .infinity, "-inf": -.infinity][string()])
    }
}
