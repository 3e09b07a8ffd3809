/// A colour of a terminal (ECMA-48, section 8.3.117).
enum Colour: Int, Sendable {
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36
    case bold = 1

    /// A text in this colour.
    func around(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }

    /// That of a job's state.
    static func ofState(_ state: String) -> Colour? {
        switch state {
        case "succeeded": .green
        case "failed": .red
        case "running": .cyan
        case "cancelled", "paused", "dropped": .yellow
        default: nil
        }
    }
}
