/// Parts of an instant, and what they come to in microseconds since 1970 in UTC (proleptic Gregorian calendar).
struct CalendarTime {
    var year = 1970
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    /// Up to 60, since leap seconds occur; they count as the second after.
    var second = 0
    var microsecond = 0
    /// Minutes that the zone is ahead of UTC; nil where no zone was named.
    var zone: Int?

    /// Microseconds since 1970 in UTC; nil where there is no such day or time.
    var microseconds: Int64? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let seconds = Int64(Self.daysSince1970(year, month, day)) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        return (seconds - Int64(zone ?? 0) * 60) * 1_000_000 + Int64(microsecond)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01, counting years from March, so that a leap day is the last of its year.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        // 719,468 days lie between the first of March of the year 0 and 1970-01-01.
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}

/// Reads the parts of dates out of bytes, one after the other.
struct DateCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    /// The byte that comes next; nil at the end.
    var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        place += 1
        return true
    }

    /// Digits, as many as `least` to `most`; nil where there are fewer.
    mutating func number(_ least: Int, _ most: Int) -> Int? {
        var (value, count) = (0, 0)
        while count < most, let digit = next.map({ $0 &- UInt8(ascii: "0") }), digit < 10 {
            value = value * 10 + Int(digit)
            count += 1
            place += 1
        }
        return count >= least ? value : nil
    }

    /// Digits of a fraction of a second, in microseconds; further ones are read and left out.
    mutating func fraction() -> Int? {
        var (value, unit, count) = (0, 100_000, 0)
        while let digit = next.map({ $0 &- UInt8(ascii: "0") }), digit < 10 {
            value += Int(digit) * unit
            unit /= 10
            count += 1
            place += 1
        }
        return count > 0 ? value : nil
    }

    /// A zone in minutes: `Z`, `+02:00`, `+0200` or `+02`; nil where there is none of them.
    mutating func zone() -> Int? {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let isNegative = next == UInt8(ascii: "-")
        guard take(UInt8(ascii: "+")) || take(UInt8(ascii: "-")), let hours = number(2, 2), hours <= 18 else {
            return nil
        }
        var minutes = 0
        if take(UInt8(ascii: ":")) || !isAtEnd {
            guard let found = number(2, 2), found < 60 else { return nil }
            minutes = found
        }
        return (hours * 60 + minutes) * (isNegative ? -1 : 1)
    }

    /// Letters of ASCII, in lower case.
    mutating func letters() -> String {
        var word = ""
        while let letter = next.map({ $0 | 0x20 }), letter >= UInt8(ascii: "a"), letter <= UInt8(ascii: "z") {
            word.unicodeScalars.append(Unicode.Scalar(letter))
            place += 1
        }
        return word
    }

    /// A time of day, `HH:mm`, perhaps with `:ss`, a fraction, and `AM` or `PM` where that is allowed.
    mutating func time(_ time: inout CalendarTime, allowsHalves: Bool) -> Bool {
        guard let hour = number(allowsHalves ? 1 : 2, 2), take(UInt8(ascii: ":")), let minute = number(2, 2) else {
            return false
        }
        (time.hour, time.minute) = (hour, minute)
        if take(UInt8(ascii: ":")) {
            guard let second = number(2, 2) else { return false }
            time.second = second
            if take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) {
                guard let fraction = fraction() else { return false }
                time.microsecond = fraction
            }
        }
        guard allowsHalves, take(UInt8(ascii: " ")) else { return true }
        return half(&time)
    }

    /// `AM` or `PM` behind an hour from 1 to 12.
    mutating func half(_ time: inout CalendarTime) -> Bool {
        let word = letters()
        guard (1...12).contains(time.hour), word == "am" || word == "pm" else { return false }
        time.hour = time.hour % 12 + (word == "pm" ? 12 : 0)
        return true
    }
}
