internal import Foundation
internal import JSON

/// Standard output, as a command that was asked for JSON or for text writes to it.
struct Output: Sendable {
    /// Whether each line is a JSON object.
    let isJSON: Bool

    private var terminal: Terminal { .standardOutput }

    /// Writes a line for people; characters that would steer a terminal are made visible.
    func line(_ text: String) throws(Failure) { try write(PrintableText.line(text) + "\n") }

    /// Writes a JSON value on a line.
    func json(_ value: JSONValue) throws(Failure) { try write(value.line + "\n") }

    /// Writes a JSON object on a line.
    func json(_ body: (inout JSONWriter) -> Void) throws(Failure) {
        var writer = JSONWriter()
        writer.object { body(&$0) }
        try write(writer.text + "\n")
    }

    /// Writes a table that fits the terminal, whole into a pipe.
    func table(_ table: Table) throws(Failure) {
        try write(table.text(width: terminal.width, colours: terminal.hasColours))
    }

    /// Writes a piece of a text, as it is where no terminal shows it.
    func piece(_ text: String) throws(Failure) {
        try write(terminal.isTerminal ? PrintableText.paragraphs(text) : text)
    }

    /// A word in a colour, where there are colours.
    func coloured(_ text: String, _ colour: Colour?) -> String {
        terminal.hasColours ? (colour?.around(text) ?? text) : text
    }

    /// Writes a line of words that may have colours, made printable before.
    func styled(_ text: String) throws(Failure) { try write(text + "\n") }

    /// Writes a text that moves the cursor, made printable before.
    func raw(_ text: String) throws(Failure) { try write(text) }

    private func write(_ text: String) throws(Failure) {
        let code = terminal.write(text)
        guard code != EPIPE else { throw .outputClosed }
        guard code == 0 else { throw Failure(.writing, "standard output: \(String(cString: strerror(code)))") }
    }
}
