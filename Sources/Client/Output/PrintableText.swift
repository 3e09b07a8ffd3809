/// Texts of servers and files on their way to a terminal, which control characters would steer.
enum PrintableText {
    /// A text on one line: control characters as `\u{1b}`, ends of lines as blanks.
    static func line(_ text: String) -> String { visible(text) { $0.properties.isWhitespace ? " " : nil } }

    /// A text whose ends of lines and tabs stay.
    static func paragraphs(_ text: String) -> String { visible(text) { $0 == "\n" || $0 == "\t" ? String($0) : nil } }

    private static func visible(_ text: String, _ kept: (Unicode.Scalar) -> String?) -> String {
        guard text.unicodeScalars.contains(where: isSteering) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isSteering(scalar) {
                result += kept(scalar) ?? "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Control characters, and those that turn the direction of writing.
    private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// How many columns of a terminal a text takes: two for East Asian wide characters, none for combining ones.
    static func width(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + width($1) } }

    /// The beginning of a text that fits so many columns, with an ellipsis where something was cut.
    static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var result = ""
        var taken = 1
        for character in text {
            taken += width(character)
            guard taken <= columns else { break }
            result.append(character)
        }
        return result + "…"
    }

    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default:
            return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }
}
