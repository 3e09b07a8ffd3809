/// A bar on the last line of standard error, where that is a terminal.
final class ProgressBar {
    private let terminal = Terminal.standardError
    private let isShown: Bool
    /// What stands there now.
    private var shown = ""
    private var drawn: ContinuousClock.Instant?

    /// The least time between two drawings: short epochs may end by the thousand in a second.
    private static let pause = Duration.milliseconds(50)

    /// A bar that is drawn when there is something to show.
    init() { isShown = terminal.isTerminal }

    /// Draws a share between 0 and 1 with words before and after it.
    func draw(_ label: String, share: Double, _ note: String) {
        guard isShown, share >= 1 || drawn.map({ .now - $0 >= Self.pause }) ?? true, let width = terminal.width
        else { return }
        drawn = .now
        let room = min(30, max(0, width - 1 - PrintableText.width(label) - 4))
        let filled = Int((Double(room) * min(max(share, 0), 1)).rounded())
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: room - filled)
        let text = PrintableText.cut(PrintableText.line("\(label) [\(bar)] \(note)"), to: max(1, width - 1))
        replace(with: text)
    }

    /// Takes the bar away, so that a line can be written there.
    func clear() {
        guard !shown.isEmpty else { return }
        replace(with: "")
    }

    /// Writes over what stands there with blanks rather than by an escape sequence, which not every terminal knows.
    private func replace(with text: String) {
        let rest = PrintableText.width(shown) - PrintableText.width(text)
        let blanks = rest > 0 ? String(repeating: " ", count: rest) : ""
        terminal.write("\r\(text)\(blanks)\(blanks.isEmpty ? "" : "\r\(text)")")
        if text.isEmpty { terminal.write("\r") }
        shown = text
    }
}
