/// How dates are written: the letters of Unicode's date patterns (UTS #35), those of C's `strftime`, ISO 8601, or a
/// count since 1970.
struct DatePattern: Sendable, Equatable {
    private enum Field: Sendable, Equatable {
        case year, yearOfTwoDigits
        case month(least: Int), monthName
        case day(least: Int)
        case hour(least: Int), halfHour(least: Int), minute, second(least: Int), fraction, half
        case zone, weekday
        case literal(UInt8)
    }

    /// What was given.
    let text: String
    private let fields: [Field]
    /// Microseconds of what is counted; 0 where nothing is.
    private let unit: Int64
    /// Whether a time of day may follow.
    private let allowsTime: Bool

    /// What a format may be, for a client.
    static func advice(for text: String) -> String {
        "expected a format of dates such as \"dd.MM.yyyy\", \"yyyy-MM-dd HH:mm:ss\", \"%d/%m/%Y\", \"iso8601\", "
            + "\"epoch_seconds\" or \"epoch_milliseconds\", found \(text.isEmpty ? "an empty one" : "\"\(text)\"")"
    }

    /// ISO 8601: a date, a year and month, or a date and a time with or without seconds, fraction and zone.
    static let iso = DatePattern(text: "iso8601", fields: [], unit: 0, allowsTime: true)

    /// The formats that are found out, besides ISO 8601; a time may follow the date.
    static let usual: [DatePattern] = [
        detected("dd.MM.yyyy", "."), detected("dd/MM/yyyy", "/"), detected("MM/dd/yyyy", "/"),
        detected("yyyy/MM/dd", "/"), detected("dd-MMM-yyyy", "-"),
    ]
    /// The places in `usual` of the two that can't be told apart where no day is above 12.
    static let dayFirst = 1, monthFirst = 2

    private static func detected(_ text: String, _ separator: Unicode.Scalar) -> DatePattern {
        let fields = text.split(separator: Character(separator)).map { part -> Field in
            switch part.first {
            case "d": .day(least: 1)
            case "M": part.count > 2 ? .monthName : .month(least: 1)
            default: .year
            }
        }
        let literal = Field.literal(UInt8(ascii: separator))
        return DatePattern(
            text: text,
            fields: Array(fields.map { [$0] }.joined(separator: [literal])),
            unit: 0,
            allowsTime: true
        )
    }

    private init(text: String, fields: [Field], unit: Int64, allowsTime: Bool) {
        (self.text, self.fields, self.unit, self.allowsTime) = (text, fields, unit, allowsTime)
    }

    /// Reads a format; nil where it isn't understood.
    init?(_ text: String) {
        let units: [String: Int64] = [
            "epoch_seconds": 1_000_000, "epoch_milliseconds": 1000, "epoch_microseconds": 1,
        ]
        if text.lowercased() == "iso8601" || text.lowercased() == "iso 8601" {
            self = .iso
        } else if let unit = units[text] {
            self.init(text: text, fields: [], unit: unit, allowsTime: false)
        } else {
            guard let fields = text.contains("%") ? Self.directives(text) : Self.letters(text) else { return nil }
            let hasYear = fields.contains(.year) || fields.contains(.yearOfTwoDigits)
            guard hasYear else { return nil }
            self.init(text: text, fields: fields, unit: 0, allowsTime: false)
        }
    }

    private static func letters(_ text: String) -> [Field]? {
        var fields: [Field] = []
        var rest = text.unicodeScalars[...]
        while let first = rest.first {
            if first == "'" {
                rest.removeFirst()
                let inside = rest.prefix { $0 != "'" }
                guard rest.count > inside.count else { return nil }
                rest = rest.dropFirst(inside.count + 1)
                fields += (inside.isEmpty ? "'" : String(inside)).utf8.map(Field.literal)
                continue
            }
            let run = rest.prefix { $0 == first }
            rest = rest.dropFirst(run.count)
            switch (first, run.count) {
            case ("y", 4), ("u", 4), ("y", 1), ("u", 1), ("Y", 4): fields.append(.year)
            case ("y", 2), ("Y", 2): fields.append(.yearOfTwoDigits)
            case ("M", 1...2), ("L", 1...2): fields.append(.month(least: run.count))
            case ("M", 3...4), ("L", 3...4): fields.append(.monthName)
            case ("d", 1...2): fields.append(.day(least: run.count))
            case ("H", 1...2): fields.append(.hour(least: run.count))
            case ("h", 1...2): fields.append(.halfHour(least: run.count))
            case ("m", 1...2): fields.append(.minute)
            case ("s", 1...2): fields.append(.second(least: run.count))
            case ("S", _): fields.append(.fraction)
            case ("a", _): fields.append(.half)
            case ("X", 1...3), ("x", 1...3), ("Z", 1...5): fields.append(.zone)
            case ("E", _): fields.append(.weekday)
            default:
                let isLetter = first.properties.isAlphabetic && first != "T"
                guard !isLetter else { return nil }
                for scalar in run { fields += String(scalar).utf8.map(Field.literal) }
            }
        }
        return fields
    }

    private static func directives(_ text: String) -> [Field]? {
        var fields: [Field] = []
        var rest = text.unicodeScalars[...]
        while let first = rest.popFirst() {
            guard first == "%" else {
                fields += String(first).utf8.map(Field.literal)
                continue
            }
            guard let letter = rest.popFirst() else { return nil }
            switch letter {
            case "Y": fields.append(.year)
            case "y": fields.append(.yearOfTwoDigits)
            case "m": fields.append(.month(least: 1))
            case "b", "B", "h": fields.append(.monthName)
            case "d", "e": fields.append(.day(least: 1))
            case "H": fields.append(.hour(least: 1))
            case "I": fields.append(.halfHour(least: 1))
            case "M": fields.append(.minute)
            case "S": fields.append(.second(least: 1))
            case "f": fields.append(.fraction)
            case "p": fields.append(.half)
            case "z": fields.append(.zone)
            case "a", "A": fields.append(.weekday)
            case "%": fields.append(.literal(UInt8(ascii: "%")))
            case "T", "F", "D":
                let long = letter == "T" ? "%H:%M:%S" : letter == "F" ? "%Y-%m-%d" : "%m/%d/%y"
                fields += directives(long) ?? []
            default: return nil
            }
        }
        return fields
    }

    // MARK: Reading

    /// What was read.
    struct Instant {
        /// Microseconds since 1970 in UTC.
        let microseconds: Int64
        /// Whether a zone was named.
        let hasZone: Bool
    }

    /// Reads a cell, without blanks around it; nil where it isn't of this format or no day that there was.
    func instant(_ cell: UnsafeBufferPointer<UInt8>) -> Instant? {
        if unit > 0 { return count(cell) }
        if self == .iso { return Self.isoInstant(cell) }
        var cursor = DateCursor(cell)
        var time = CalendarTime()
        for field in fields {
            guard read(field, &cursor, &time) else { return nil }
        }
        if allowsTime, cursor.take(UInt8(ascii: " ")) {
            guard cursor.time(&time, allowsHalves: true) else { return nil }
        }
        guard cursor.isAtEnd, let microseconds = time.microseconds else { return nil }
        return Instant(microseconds: microseconds, hasZone: time.zone != nil)
    }

    private func read(_ field: Field, _ cursor: inout DateCursor, _ time: inout CalendarTime) -> Bool {
        func set(_ part: WritableKeyPath<CalendarTime, Int>, _ value: Int?) -> Bool {
            guard let value else { return false }
            time[keyPath: part] = value
            return true
        }
        switch field {
        case .year: return set(\.year, cursor.number(4, 4))
        // As in POSIX: 69 to 99 are of the twentieth century.
        case .yearOfTwoDigits: return set(\.year, cursor.number(2, 2).map { $0 < 69 ? 2000 + $0 : 1900 + $0 })
        case .month(let least): return set(\.month, cursor.number(least, 2))
        case .monthName: return set(\.month, Self.month(cursor.letters()))
        case .day(let least): return set(\.day, cursor.number(least, 2))
        case .hour(let least), .halfHour(let least): return set(\.hour, cursor.number(least, 2))
        case .minute: return set(\.minute, cursor.number(2, 2))
        case .second(let least): return set(\.second, cursor.number(least, 2))
        case .fraction: return set(\.microsecond, cursor.fraction())
        case .half: return cursor.half(&time)
        case .zone:
            time.zone = cursor.zone()
            return time.zone != nil
        case .weekday: return !cursor.letters().isEmpty
        case .literal(let byte): return cursor.take(byte)
        }
    }

    private static func month(_ word: String) -> Int? {
        let names = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december",
        ]
        guard word.count >= 3 else { return nil }
        return names.firstIndex { $0 == word || $0.prefix(3) == word }.map { $0 + 1 }
    }

    private static func isoInstant(_ cell: UnsafeBufferPointer<UInt8>) -> Instant? {
        var cursor = DateCursor(cell)
        var time = CalendarTime()
        guard let year = cursor.number(4, 4), cursor.take(UInt8(ascii: "-")), let month = cursor.number(2, 2) else {
            return nil
        }
        (time.year, time.month) = (year, month)
        if cursor.take(UInt8(ascii: "-")) {
            guard let day = cursor.number(2, 2) else { return nil }
            time.day = day
            if cursor.take(UInt8(ascii: "T")) || cursor.take(UInt8(ascii: " ")) || cursor.take(UInt8(ascii: "t")) {
                guard cursor.time(&time, allowsHalves: false) else { return nil }
                _ = cursor.take(UInt8(ascii: " "))
                if !cursor.isAtEnd {
                    guard let zone = cursor.zone() else { return nil }
                    time.zone = zone
                }
            }
        }
        guard cursor.isAtEnd, let microseconds = time.microseconds else { return nil }
        return Instant(microseconds: microseconds, hasZone: time.zone != nil)
    }

    /// A count since 1970, whole or with decimals.
    private func count(_ cell: UnsafeBufferPointer<UInt8>) -> Instant? {
        guard let number = Double(String(decoding: cell, as: UTF8.self)) else { return nil }
        // From the year 1 to the year 9999.
        let microseconds = (number * Double(unit)).rounded()
        guard microseconds >= -62_135_596_800_000_000, microseconds < 253_402_300_800_000_000 else { return nil }
        return Instant(microseconds: Int64(microseconds), hasZone: true)
    }
}
