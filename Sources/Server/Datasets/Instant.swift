/// Instants as texts of ISO 8601.
enum Instant {
    /// How the instants of a column are shown.
    struct Form: Sendable, Equatable {
        /// Whether they had a zone.
        var hasZone = false
        /// Whether one of them has a time of day.
        var hasTime = true
    }

    /// The text of an instant: a date alone where its column has no time of day, with `Z` where it has a zone.
    ///
    /// - Parameters:
    ///   - microseconds: Since 1970, in UTC.
    ///   - form: How the column's instants are shown.
    /// - Returns: As in `2024-01-02T03:04:05Z`.
    static func text(_ microseconds: Int64, _ form: Form) -> String {
        let perDay: Int64 = 86_400_000_000
        var (days, rest) = microseconds.quotientAndRemainder(dividingBy: perDay)
        if rest < 0 {
            days -= 1
            rest += perDay
        }
        let (year, month, day) = date(days)
        let date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
        if rest == 0, !form.hasTime { return date }
        let seconds = rest / 1_000_000
        var time = "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
        let fraction = rest % 1_000_000
        if fraction > 0 {
            var decimals = digits(fraction, 6)
            while decimals.last == "0" { decimals.removeLast() }
            time += "." + decimals
        }
        return date + "T" + time + (form.hasZone ? "Z" : "")
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(count - text.count, 0)) + text
    }

    /// The year, month and day of the proleptic Gregorian calendar, by days since 1970: counted in eras of 400 years from
    /// 1 March 0000, so that a leap day is a year's last.
    private static func date(_ days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
