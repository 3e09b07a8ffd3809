import Foundation
import JSON
import Testing

/// A request or answer of the Open Inference Protocol: JSON, and behind it tensors as bytes.
struct TensorBody {
    let json: String
    let tensors: [[UInt8]]

    var bytes: [UInt8] { Array(json.utf8) + tensors.flatMap(\.self) }

    /// How long the JSON is, as a field tells it.
    var field: [String] { ["--header", "Inference-Header-Content-Length: \(json.utf8.count)"] }

    /// Numbers as bytes, little-endian.
    static func floats(_ numbers: [Float]) -> [UInt8] { numbers.flatMap { bytes($0.bitPattern) } }

    /// The bytes of an integer, little-endian.
    static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// Texts as elements of a tensor of BYTES.
    static func elements(_ elements: [[UInt8]]) -> [UInt8] { elements.flatMap { bytes(UInt32($0.count)) + $0 } }

    /// Numbers out of bytes.
    static func floats(in bytes: some Sequence<UInt8>) -> [Float] {
        let all = Array(bytes)
        return stride(from: 0, to: all.count - 3, by: 4).map { place in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(all[place + $1]) << UInt32(8 * $1) })
        }
    }
}

extension Reply {
    /// The part of an answer that is JSON, and the bytes behind it.
    func parts() throws -> (json: Reply, tensors: [UInt8]) {
        let length = fields["inference-header-content-length"].flatMap { Int($0) } ?? body.count
        return (Reply(status: status, fields: fields, body: Array(body[..<length])), Array(body[length...]))
    }

    /// The numbers of a flat or nested array at a path.
    func floats(_ path: String...) throws -> [Float] {
        var value: JSONValue? = try json
        for key in path { value = Int(key).map { value?[$0] } ?? value?[key] }
        func flat(_ value: JSONValue) throws -> [Float] {
            value.kind == .array ? try value.elements.flatMap { try flat($0) } : [try value.float()]
        }
        return try flat(try #require(value))
    }
}

extension TestServer {
    /// Sends bytes with curl as they are, without a type unless one is among the arguments.
    func send(_ path: String, bytes: [UInt8], _ arguments: [String] = []) throws -> Reply {
        let folder = try TemporaryFolder()
        let file = try folder.write(bytes, to: "body")
        let untyped =
            arguments.contains { $0.lowercased().hasPrefix("content-type:") } ? [] : ["--header", "Content-Type:"]
        return try curl("POST", path, ["--data-binary", "@\(file)"] + untyped + arguments)
    }

    /// Sends a text with curl, without a type unless one is among the arguments.
    func send(_ path: String, _ text: String, _ arguments: [String] = []) throws -> Reply {
        try send(path, bytes: Array(text.utf8), arguments)
    }
}
