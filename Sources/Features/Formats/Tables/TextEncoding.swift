import Foundation

/// How the text of a table is encoded: what `charset=` of its media type says, or its first bytes.
public struct TextEncoding: Sendable, Equatable {
    private enum Form: Sendable, Equatable {
        case utf8
        case utf16(isBigEndian: Bool)
        /// The characters of the 256 bytes.
        case singleByte([Unicode.Scalar])
    }

    /// Its name in the IANA's list, as in `UTF-8`.
    public let name: String
    private let form: Form

    private init(_ name: String, _ form: Form) { (self.name, self.form) = (name, form) }

    static let utf8 = TextEncoding("UTF-8", .utf8)
    static let utf16LittleEndian = TextEncoding("UTF-16LE", .utf16(isBigEndian: false))
    static let utf16BigEndian = TextEncoding("UTF-16BE", .utf16(isBigEndian: true))

    /// Encodings of one byte a character: the name, others that mean the same, and Foundation's.
    ///
    /// ISO 8859-1 is read as Windows-1252, which has more characters in the same places (WHATWG, Encoding Standard).
    private static let singleBytes: [(name: String, others: [String], encoding: String.Encoding)] = [
        ("windows-1252", ["cp1252", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "ansi"], .windowsCP1252),
        ("iso-8859-2", ["iso8859-2", "latin2", "latin-2", "l2"], .isoLatin2),
        ("windows-1250", ["cp1250"], .windowsCP1250),
        ("windows-1251", ["cp1251"], .windowsCP1251),
        ("windows-1253", ["cp1253"], .windowsCP1253),
        ("windows-1254", ["cp1254", "iso-8859-9", "latin5"], .windowsCP1254),
        ("macintosh", ["mac", "macroman", "x-mac-roman"], .macOSRoman),
    ]

    /// What ISO 8859-15 has in other places than ISO 8859-1.
    private static let latin9: [Int: Unicode.Scalar] = [
        0xA4: "€", 0xA6: "Š", 0xA8: "š", 0xB4: "Ž", 0xB8: "ž", 0xBC: "Œ", 0xBD: "œ", 0xBE: "Ÿ",
    ]

    /// The names that are known, for messages.
    public static let names =
        ["utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "iso-8859-1", "iso-8859-15"] + singleBytes.map(\.name)

    /// The encoding of a name, in any case; nil where it isn't known.
    public init?(named text: String) {
        let name = text.lowercased()
        switch name {
        case "utf-8", "utf8", "us-ascii", "ascii", "utf-8-sig": self = .utf8
        case "utf-16", "utf-16le", "utf16", "utf-16-le": self = .utf16LittleEndian
        case "utf-16be", "utf-16-be": self = .utf16BigEndian
        case "iso-8859-15", "iso8859-15", "latin9", "latin-9":
            let table = (0..<256).map { Self.latin9[$0] ?? Unicode.Scalar(UInt8($0)) }
            self.init("ISO-8859-15", .singleByte(table))
        default:
            guard let found = Self.singleBytes.first(where: { $0.name == name || $0.others.contains(name) }) else {
                return nil
            }
            self.init(found.name, .singleByte(Self.table(found.encoding)))
        }
    }

    private static func table(_ encoding: String.Encoding) -> [Unicode.Scalar] {
        (0..<256).map { byte in
            guard byte >= 0x80 else { return Unicode.Scalar(UInt8(byte)) }
            return String(data: Data([UInt8(byte)]), encoding: encoding)?.unicodeScalars.first ?? "\u{FFFD}"
        }
    }

    /// The encoding that the beginning of a file shows, by its byte order mark or by zeros in every other byte; nil where
    /// it shows none.
    init?(start bytes: [UInt8]) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            self = .utf8
        } else if bytes.starts(with: [0xFF, 0xFE]) {
            self = .utf16LittleEndian
        } else if bytes.starts(with: [0xFE, 0xFF]) {
            self = .utf16BigEndian
        } else {
            let pairs = bytes.prefix(1024).count / 2
            let even = (0..<pairs).count { bytes[2 * $0] == 0 }
            let odd = (0..<pairs).count { bytes[2 * $0 + 1] == 0 }
            // Of ASCII in UTF-16 one byte of two is 0, and the other never.
            if pairs > 0, odd * 2 > pairs, even == 0 {
                self = .utf16LittleEndian
            } else if pairs > 0, even * 2 > pairs, odd == 0 {
                self = .utf16BigEndian
            } else {
                return nil
            }
        }
    }

    /// Turns a whole text into UTF-8.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - encoding: What it is said to be in; nil for what its beginning shows, else UTF-8.
    /// - Returns: The text without a byte order mark; bytes that are no UTF-8 where it was to be that and isn't.
    public static func utf8(_ bytes: [UInt8], in encoding: TextEncoding?) -> [UInt8] {
        let encoding = encoding ?? TextEncoding(start: bytes) ?? .utf8
        var rest: [UInt8] = []
        let text = encoding.isUTF8 ? bytes : bytes.withUnsafeBufferPointer { encoding.decode($0, rest: &rest) }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return text.starts(with: mark) ? Array(text.dropFirst(mark.count)) : text
    }

    /// Whether bytes need no change to be UTF-8.
    var isUTF8: Bool { form == .utf8 }

    /// Turns bytes into UTF-8; a character that has not all come is left in `rest`.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes.
    ///   - rest: What the bytes before left, and then what these leave.
    /// - Returns: The text.
    func decode(_ bytes: UnsafeBufferPointer<UInt8>, rest: inout [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 4)
        switch form {
        case .utf8: text += bytes
        case .singleByte(let table):
            for byte in bytes {
                if byte < 0x80 { text.append(byte) } else { text += Array(String(table[Int(byte)]).utf8) }
            }
        case .utf16(let isBigEndian):
            let all = rest + bytes
            func unit(_ place: Int) -> UInt16 {
                let (first, second) = (UInt16(all[place]), UInt16(all[place + 1]))
                return isBigEndian ? first << 8 | second : second << 8 | first
            }
            var place = 0
            while place + 1 < all.count {
                let first = unit(place)
                if first < 0x80 {
                    text.append(UInt8(first))
                } else if UTF16.isLeadSurrogate(first) {
                    guard place + 3 < all.count else { break }
                    let decoded = String(decoding: [first, unit(place + 2)], as: UTF16.self)
                    text += Array(decoded.utf8)
                    place += 2
                } else {
                    text += Array(String(decoding: [first], as: UTF16.self).utf8)
                }
                place += 2
            }
            rest = Array(all[place...])
        }
        return text
    }
}
