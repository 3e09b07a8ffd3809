import Foundation
import JSON

/// A file in JSON: `{"b64": "…"}`.
enum Base64File {
    /// What a member holds if it is a file; nil for any other value.
    static func text(_ json: JSONValue) -> JSONValue? {
        guard json.kind == .object, json.count == 1, let text = json["b64"], text.kind == .string else { return nil }
        return text
    }

    /// The bytes of a base64 text, in either alphabet, with or without padding, line ends and a `data:` prefix.
    ///
    /// - Throws: `Fault` with the place of a text that is none.
    static func bytes(_ json: JSONValue) throws(Fault) -> [UInt8] {
        var text = Array(try json.string().utf8)
        // What most send: the usual alphabet, with padding and nothing between.
        if let data = Data(base64Encoded: Data(text)) { return Array(data) }
        if text.starts(with: Array("data:".utf8)), let comma = text.firstIndex(of: UInt8(ascii: ",")) {
            text.removeFirst(comma + 1)
        }
        var kept = 0
        for place in text.indices {
            switch text[place] {
            case UInt8(ascii: "-"): text[kept] = UInt8(ascii: "+")
            case UInt8(ascii: "_"): text[kept] = UInt8(ascii: "/")
            case UInt8(ascii: "="), 0x09...0x0D, 0x20: continue
            default: text[kept] = text[place]
            }
            kept += 1
        }
        text.removeLast(text.count - kept)
        text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (4 - kept % 4) % 4))
        guard let data = Data(base64Encoded: Data(text)) else {
            throw Fault(pointer: json.pointer, detail: "expected a file in base64, and these characters aren't")
        }
        return Array(data)
    }
}
