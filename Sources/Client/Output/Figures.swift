internal import Foundation

/// Numbers and instants as people read them.
enum Figures {
    /// A number with four significant digits.
    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : String(format: "%.4g", value)
    }

    /// A count of bytes with its unit.
    static func bytes(_ count: Double) -> String {
        var value = count
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 999.5 { return (unit == "B" ? "\(Int(value))" : String(format: "%.3g", value)) + " \(unit)" }
            value /= 1_000
        }
        return String(format: "%.3g TB", value)
    }

    /// A span of seconds, such as `1 h 05 min`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e9).rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
        return String(format: "%d h %02d min", whole / 3_600, whole / 60 % 60)
    }

    /// An instant of ISO 8601 without its `T` and the parts of its second.
    static func instant(_ text: String) -> String { String(text.prefix(19)).replacing("T", with: " ") }

    /// The names and numbers of metrics on a line.
    static func metrics(_ metrics: [(name: String, value: Double)]) -> String {
        metrics.map { "\($0.name) \(text($0.value))" }.joined(separator: "  ")
    }
}
