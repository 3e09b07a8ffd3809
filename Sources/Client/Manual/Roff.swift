/// A page in the macros of man(7), with what roff would take as its own escaped.
struct Roff {
    /// What has been written so far.
    private(set) var source = ""

    /// A macro with its arguments.
    mutating func macro(_ name: String, _ arguments: String...) {
        source += ".\(name)\(arguments.map { " \"\(Self.escaped($0).replacing("\"", with: "\\(dq"))\"" }.joined())\n"
    }

    /// The heading of a section.
    mutating func section(_ title: String) { macro("SH", title) }

    /// The heading of a part of a section.
    mutating func subsection(_ title: String) { macro("SS", title) }

    /// Text that goes on with what stands before it.
    mutating func text(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            // A dot or an apostrophe at the beginning would be a macro.
            let escaped = Self.escaped(String(line))
            source += (escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" : "") + escaped + "\n"
        }
    }

    /// Text that begins a paragraph.
    mutating func paragraph(_ text: String) {
        macro("PP")
        self.text(text)
    }

    /// A line of its own.
    mutating func breaking(_ text: String) {
        self.text(text)
        macro("br")
    }

    /// A term and what it means.
    mutating func item(_ term: String, _ meaning: String) {
        macro("TP")
        source += "\\fB\(Self.escaped(term))\\fR\n"
        text(meaning.isEmpty ? "-" : meaning)
    }

    /// A text with backslashes and hyphens as themselves.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    }
}
