import CZlib
import Foundation

/// The name of an entry, as a path that stays within its archive.
struct ZipName {
    /// The path with slashes, composed (NFC), without `.` in it.
    let path: String
    /// The name as it stands there, for messages.
    let shown: String
    /// Whether it is a folder.
    let isFolder: Bool

    /// The characters of code page 437 from 128 on.
    private static let codePage437 = Array(
        ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡"
            + "÷≈°∙·√ⁿ²■\u{A0}").unicodeScalars
    )

    /// Reads the name of an entry.
    ///
    /// - Throws: `DatasetFormatError.content` for one that would lead out of the archive.
    init(_ record: ZipDirectory.Record) throws(DatasetFormatError) {
        let text = Self.text(record)
        shown = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\0" }))
        guard !text.isEmpty else { throw .content(place: "", "an entry of the zip archive has no name") }
        guard shown == text else { throw ZipArchive.fault(shown, "its name has a zero byte in it") }
        // Old tools of Windows write backslashes.
        let turned = text.replacing("\\", with: "/")
        let parts = turned.split(separator: "/", omittingEmptySubsequences: true)
        let letters = turned.unicodeScalars.prefix(2)
        let hasDrive = letters.count == 2 && letters.last == ":" && letters.first?.properties.isAlphabetic == true
        guard !parts.contains(".."), !turned.hasPrefix("/"), !hasDrive else {
            throw ZipArchive.fault(shown, "its name leads out of the archive; names are relative, without \"..\"")
        }
        path = parts.filter { $0 != "." }.joined(separator: "/").precomposedStringWithCanonicalMapping
        isFolder = turned.hasSuffix("/")
        guard isFolder || !path.isEmpty else { throw ZipArchive.fault(shown, "it has no name") }
    }

    private static func text(_ record: ZipDirectory.Record) -> String {
        // A name in UTF-8 beside the other, valid while it has the checksum of that one (Info-ZIP).
        if let field = record.field(0x7075), field.count > 5, field[0] == 1 {
            let sum = record.name.withUnsafeBufferPointer { CZlib.crc32(0, $0.baseAddress, UInt32($0.count)) }
            if LittleEndian(field).number(1, 4) == Int(sum), let text = String(validating: field[5...], as: UTF8.self) {
                return text
            }
        }
        if let text = String(validating: record.name, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for byte in record.name { text.append(byte < 0x80 ? Unicode.Scalar(byte) : codePage437[Int(byte) - 0x80]) }
        return String(text)
    }
}

extension String {
    /// The same text composed (NFC), as names are compared.
    var composed: String { precomposedStringWithCanonicalMapping }
}
