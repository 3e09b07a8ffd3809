import Foundation

/// What people call this process, and the id that no other process has.
struct NodeName: Sendable {
    /// The name.
    let text: String
    /// The name and a random part, drawn when the program starts and never again.
    let id: String

    /// The most characters of a name.
    private static let limit = 100

    /// A name with a new random part.
    ///
    /// - Parameter setting: What the person who starts the program calls it; nil for the host's name.
    /// - Throws: `StartError.usage` for a name with other characters than letters, digits, `.`, `_` and `-`.
    init(_ setting: (source: String, text: String)?) throws(StartError) {
        if let (source, text) = setting {
            guard (1...Self.limit).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
                throw .usage(
                    "\(source): expected 1 to \(Self.limit) letters, digits, \".\", \"_\" and \"-\", found \"\(text)\""
                )
            }
        }
        text = setting?.text ?? Self.host
        let random = String(UInt32.random(in: .min ... .max), radix: 16)
        id = "\(text).\(String(repeating: "0", count: 8 - random.count))\(random)"
    }

    /// The host's name, without what a name can't have.
    static let host: String = {
        var bytes = [CChar](repeating: 0, count: 256)
        let status = gethostname(&bytes, bytes.count - 1)
        let found = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let name = status == 0 ? found.filter(isAllowed).prefix(limit) : []
        return name.isEmpty ? "node" : String(decoding: name, as: UTF8.self)
    }()

    private static func isAllowed(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
