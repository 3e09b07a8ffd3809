/// Instants as networks take them: days since 1970, as floats.
public enum CalendarDays {
    private static let microsecondsOfDay = 86_400e6

    /// The days since 1970 of an instant.
    ///
    /// - Parameter microseconds: Microseconds since 1970 in UTC.
    /// - Returns: The days, with their part of a day.
    public static func number(ofMicroseconds microseconds: Int64) -> Float {
        Float(Double(microseconds) / microsecondsOfDay)
    }

    /// The days since 1970 of a date as ISO 8601 has it, in UTC unless it names a zone; nil for any other text.
    public static func number(of text: String) -> Float? {
        var text = text
        return text.withUTF8 { DatePattern.iso.instant($0) }.map { number(ofMicroseconds: $0.microseconds) }
    }
}
