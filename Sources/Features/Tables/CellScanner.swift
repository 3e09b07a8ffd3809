/// Cuts the text of a table into cells and reads the numbers among them on the way (RFC 4180, as `CSVScanner` has it).
///
/// The bytes must be followed by a line feed that isn't theirs, on which every scan ends.
struct CellScanner {
    /// Why the scanning of a record stopped.
    enum End {
        /// It was read to its end.
        case record
        /// The bytes ended before it did.
        case needsMore
    }

    /// The longest record, in bytes: a quote left open must not take in the whole upload.
    static let longestRecord = 16 << 20
    /// The most cells of a record; each column takes memory of its own, however few records there are.
    static let mostCells = 1 << 17

    private static let quote = UInt8(ascii: "\"")

    let separator: UInt8
    /// The line of the next record, from 1.
    var line = 1
    /// How many records have been read.
    var records = 0
    /// Where the next record begins.
    private(set) var place = 0
    private var stops: CellStops

    init(separator: UInt8) { (self.separator, stops) = (separator, CellStops(separator: separator)) }

    /// Goes on with other bytes, the first of which begin the next record.
    mutating func restart() { (place, stops) = (0, CellStops(separator: separator)) }

    /// Reads one record.
    ///
    /// - Parameters:
    ///   - bytes: The bytes, the same until `restart`, with a line feed behind them and room for `CellStops.blockBytes`.
    ///   - count: How many they are.
    ///   - isLast: Whether no more will come.
    ///   - room: Where the cells go; those that have no room must be empty.
    /// - Returns: How many cells it has: 0 where the line is empty, nil where the bytes end before it does.
    /// - Throws: `DatasetFormatError.content`.
    @inline(__always)
    mutating func record(
        _ bytes: UnsafePointer<UInt8>,
        _ count: Int,
        isLast: Bool,
        into room: UnsafeMutableBufferPointer<Cell>
    ) throws(DatasetFormatError) -> Int? {
        let separator = separator
        var (place, stops) = (place, stops)
        defer { self.stops = stops }
        var column = 0
        var lineEnds = 0
        while true {
            let cell: Cell
            let end: Int
            if bytes[place] == Self.quote {
                guard let found = try quoted(bytes, count, from: place, isLast: isLast) else { return nil }
                (cell, end) = (found.cell, found.end)
                lineEnds += found.lineEnds
            } else {
                end = stops.next(bytes, from: place)
                cell = Self.unquoted(bytes, place, end)
            }
            let stop = bytes[end]
            if column < room.count {
                room[column] = cell
            } else if cell.kind != .empty {
                throw tooLong(bytes, from: end, room.count)
            }
            column += 1
            if stop == separator, end < count {
                place = end + 1
                continue
            }
            // A line feed may follow a carriage return.
            guard isLast || end < count, isLast || stop != 0x0D || end + 1 < count else { return nil }
            let isEmpty = column == 1 && cell.kind == .empty && !cell.has(Cell.isQuoted)
            self.place = end + (stop == 0x0D && bytes[end + 1] == 0x0A && end + 1 < count ? 2 : 1)
            line += 1 + lineEnds
            return isEmpty ? 0 : column
        }
    }

    /// Reads an unquoted cell, of which most are numbers of few digits.
    @inline(__always)
    private static func unquoted(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Cell {
        let (from, length) = (UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: end &- start))
        guard length > 0 else { return Cell(start: from) }
        let sign = bytes[start]
        let isNegative = sign == UInt8(ascii: "-")
        // Added rather than branched on, since no processor foresees the signs of measurements.
        let whole = start &+ (isNegative ? 1 : 0) &+ (sign == UInt8(ascii: "+") ? 1 : 0)
        let left = eightDigits(bytes, whole)
        let point = whole &+ left.count
        let startsWithZero = bytes[whole] == UInt8(ascii: "0")
        if left.count < 8 {
            if point == end, left.count > 0 {
                let flags = left.count > 1 && startsWithZero ? Cell.hasLeadingZero : 0
                return Cell(
                    start: from,
                    count: length,
                    mantissa: left.value,
                    kind: .integer,
                    flags: flags | (isNegative ? Cell.isNegative : 0)
                )
            }
            let right = eightDigits(bytes, point &+ 1)
            if bytes[point] == UInt8(ascii: "."), right.count < 8, point &+ 1 &+ right.count == end,
                left.count | right.count > 0
            {
                // Fewer than 15 digits are exact.
                let couldBeGrouped = right.count == 3 && left.count > 0 && left.count < 4 && !startsWithZero
                return Cell(
                    start: from,
                    count: length,
                    mantissa: left.value &* tens[right.count] &+ right.value,
                    exponent: Int16(truncatingIfNeeded: 0 &- right.count),
                    kind: .decimal,
                    flags: (isNegative ? Cell.isNegative : 0) | (couldBeGrouped ? Cell.couldBeGrouped : 0)
                )
            }
        }
        // Most words begin and end with letters.
        if sign > UInt8(ascii: "="), bytes[end - 1] > 0x20 { return Cell(start: from, count: length, kind: .text) }
        return other(bytes, start, end)
    }

    /// Reads an unquoted cell of any kind that isn't empty.
    @inline(never)
    private static func other(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Cell {
        var cell = Cell()
        var stop = start
        number(bytes, from: start, &cell, &stop)
        if cell.kind != .text, stop == end { return cell }
        trim(bytes, start..<end, &cell)
        // Excel's way to keep a number as a word: ="00501".
        let (inside, length) = (Int(cell.start), Int(cell.count))
        if length >= 3, bytes[inside] == UInt8(ascii: "="), bytes[inside + 1] == quote,
            bytes[inside + length - 1] == quote
        {
            cell.start += 2
            cell.count -= 3
            cell.kind = .word
            cell.flags = Cell.isQuoted
        }
        return cell
    }

    /// The digits at a place, up to eight, and what they are worth where they are fewer; eight bytes must be readable.
    @inline(__always)
    private static func eightDigits(_ bytes: UnsafePointer<UInt8>, _ place: Int) -> (count: Int, value: UInt64) {
        let word = UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt64.self).littleEndian
        let values = word ^ 0x3030_3030_3030_3030
        // Above 9 a byte gets its highest bit; what that carries into lies behind the first of them.
        let others = (values &+ 0x7676_7676_7676_7676 | values) & 0x8080_8080_8080_8080
        let count = others.trailingZeroBitCount >> 3
        return (count, joined((values &<< 8) &<< UInt64(truncatingIfNeeded: 56 &- 8 &* count)))
    }

    /// What eight digits are worth, each a byte's value, the first in the lowest byte.
    ///
    /// Pairs, fours and all of them are joined (D. Lemire, "Number parsing at a gigabyte per second", 2021).
    @inline(__always)
    private static func joined(_ values: UInt64) -> UInt64 {
        let pairs = values &* 10 &+ values >> 8
        let mask: UInt64 = 0x0000_00FF_0000_00FF
        return ((pairs & mask) &* 0x000F_4240_0000_0064 &+ (pairs >> 16 & mask) &* 0x0000_2710_0000_0001) >> 32
    }

    /// Reads a number as far as it goes; the cell is empty or text where there is none.
    @inline(__always)
    static func number(_ bytes: UnsafePointer<UInt8>, from start: Int, _ cell: inout Cell, _ end: inout Int) {
        var place = start
        var mantissa: UInt64 = 0
        let sign = bytes[place]
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { place += 1 }
        let whole = place
        Self.digits(bytes, &place, &mantissa)
        let wholeDigits = place - whole
        var digits = wholeDigits
        var exponent = 0
        var isWhole = true
        if bytes[place] == UInt8(ascii: ".") {
            isWhole = false
            place += 1
            let fraction = place
            Self.digits(bytes, &place, &mantissa)
            digits += place - fraction
            exponent = fraction - place
        }
        cell.start = UInt32(truncatingIfNeeded: start)
        guard digits > 0 else {
            cell.kind = place == start ? .empty : .text
            end = place
            return
        }
        if exponent == -3, (1...3).contains(wholeDigits), bytes[whole] != UInt8(ascii: "0") {
            cell.flags |= Cell.couldBeGrouped
        }
        if bytes[place] | 0x20 == UInt8(ascii: "e") {
            cell.flags &= ~Cell.couldBeGrouped
            Self.exponent(bytes, &place, &exponent, &isWhole)
        }
        if sign == UInt8(ascii: "-") { cell.flags |= Cell.isNegative }
        if isWhole, wholeDigits > 1, bytes[whole] == UInt8(ascii: "0") { cell.flags |= Cell.hasLeadingZero }
        // 19 digits always fit 64 bits; up to 2^53 a float holds them exactly.
        let isExact = digits <= 19 && mantissa <= 1 << 53 && exponent >= -22 && exponent <= 22
        cell.mantissa = mantissa
        cell.exponent = Int16(clamping: exponent)
        cell.kind = isWhole ? (isExact ? .integer : .longInteger) : isExact ? .decimal : .longDecimal
        cell.count = UInt32(truncatingIfNeeded: place - start)
        end = place
    }

    /// Appends the digits from a place on to a mantissa, eight at a time; so many bytes behind them must be readable.
    @inline(__always)
    private static func digits(_ bytes: UnsafePointer<UInt8>, _ place: inout Int, _ mantissa: inout UInt64) {
        while true {
            let word = UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt64.self).littleEndian
            let values = word ^ 0x3030_3030_3030_3030
            // Above 9 a byte gets its highest bit; what that carries into lies behind the first of them.
            let others = (values &+ 0x7676_7676_7676_7676 | values) & 0x8080_8080_8080_8080
            let count = others.trailingZeroBitCount >> 3
            guard count > 0 else { return }
            // The digits as the last of eight.
            mantissa = mantissa &* tens[count] &+ joined(values << UInt64(64 - 8 * count))
            place += count
            if count < 8 { return }
        }
    }

    /// Reads an exponent, if one stands at a place.
    @inline(never)
    private static func exponent(
        _ bytes: UnsafePointer<UInt8>,
        _ place: inout Int,
        _ exponent: inout Int,
        _ isWhole: inout Bool
    ) {
        var next = place + 1
        let sign = bytes[next]
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { next += 1 }
        let start = next
        var power = 0
        while case let digit = bytes[next] &- UInt8(ascii: "0"), digit < 10 {
            power = min(power * 10 + Int(digit), 100_000)
            next += 1
        }
        guard next > start else { return }
        exponent += sign == UInt8(ascii: "-") ? -power : power
        isWhole = false
        place = next
    }

    /// Takes the blanks off a cell, and reads the number that it may be.
    private static func trim(_ bytes: UnsafePointer<UInt8>, _ range: Range<Int>, _ cell: inout Cell) {
        var (from, to) = (range.lowerBound, range.upperBound)
        while from < to, bytes[from] == 0x20 || bytes[from] == 0x09 { from += 1 }
        while from < to, bytes[to - 1] == 0x20 || bytes[to - 1] == 0x09 { to -= 1 }
        let flags = cell.flags & (Cell.isQuoted | Cell.hasEscapes)
        cell = Cell()
        cell.flags = flags
        if from < to, bytes[from] <= UInt8(ascii: "9") {
            var end = from
            number(bytes, from: from, &cell, &end)
            if end == to, cell.kind != .text, cell.kind != .empty { return }
            cell = Cell()
            cell.flags = flags
        }
        cell.start = UInt32(truncatingIfNeeded: from)
        cell.count = UInt32(truncatingIfNeeded: to - from)
        cell.kind = from == to ? .empty : .text
    }

    /// Reads a quoted cell.
    ///
    /// - Returns: The cell, where it ends, and how many lines end in it; nil where the bytes end before.
    @inline(never)
    private func quoted(
        _ bytes: UnsafePointer<UInt8>,
        _ count: Int,
        from start: Int,
        isLast: Bool
    ) throws(DatasetFormatError) -> (cell: Cell, end: Int, lineEnds: Int)? {
        var place = start + 1
        var lineEnds = 0
        var cell = Cell(flags: Cell.isQuoted)
        while true {
            guard place < count else {
                guard isLast || place - self.place > Self.longestRecord else { return nil }
                let found = isLast ? "the end of the file" : "a record of more than \(Self.longestRecord >> 20) MiB"
                throw .content(
                    place: "line \(self.line(of: start, bytes))",
                    "expected the closing quote of the cell that opens here, found \(found)"
                )
            }
            let byte = bytes[place]
            if byte == Self.quote {
                // Whether it is doubled is seen from the next byte.
                guard isLast || place + 1 < count else { return nil }
                guard place + 1 < count, bytes[place + 1] == Self.quote else { break }
                cell.flags |= Cell.hasEscapes
                place += 1
            } else if byte == 0x0A || byte == 0x0D && bytes[place + 1] != 0x0A {
                lineEnds += 1
            }
            place += 1
        }
        let range = start + 1..<place
        Self.trim(bytes, range, &cell)
        if !cell.isNumber {
            // A word in quotes keeps its blanks.
            cell.start = UInt32(truncatingIfNeeded: range.lowerBound)
            cell.count = UInt32(truncatingIfNeeded: range.count)
            cell.kind = range.isEmpty ? .empty : .text
        }
        place += 1
        while place < count, bytes[place] == 0x20, separator != 0x20 { place += 1 }
        let stop = bytes[place]
        guard stop == separator || stop == 0x0A || stop == 0x0D else {
            throw .content(
                place: "line \(self.line(of: place, bytes))",
                "expected \(Self.name(of: separator)) or the end of the line after a closing quote; a quote within a "
                    + "quoted cell is written twice"
            )
        }
        return (cell, place, lineEnds)
    }

    /// The line on which a byte of the record that is being read stands.
    private func line(of end: Int, _ bytes: UnsafePointer<UInt8>) -> Int {
        (place..<end).reduce(line) { line, place in
            line + (bytes[place] == 0x0A || bytes[place] == 0x0D && bytes[place + 1] != 0x0A ? 1 : 0)
        }
    }

    private func tooLong(_ bytes: UnsafePointer<UInt8>, from place: Int, _ width: Int) -> DatasetFormatError {
        var (place, count) = (place, width + 1)
        while bytes[place] != 0x0A, bytes[place] != 0x0D {
            if bytes[place] == separator { count += 1 }
            place += 1
        }
        return wrongCount(count, expected: width)
    }

    /// What to say of a record of another number of cells, which begins on the line that is next.
    func wrongCount(_ count: Int, expected: Int, line: Int? = nil) -> DatasetFormatError {
        let (line, record) = (line ?? self.line, records + 1)
        let place = line == record ? "line \(line)" : "line \(line) (record \(record))"
        let cells = count == 1 ? "1 cell" : "\(count) cells"
        return .content(
            place: place,
            "expected \(expected) cells, as many as there are columns, found \(cells); a cell that holds the separator "
                + "needs quotes around it"
        )
    }

    private static func name(of separator: UInt8) -> String {
        switch separator {
        case UInt8(ascii: ","): "a comma"
        case UInt8(ascii: ";"): "a semicolon"
        case 0x09: "a tab"
        default: "\"\(Unicode.Scalar(separator))\""
        }
    }
}

/// The powers of ten up to that of eight digits.
private let tens: [UInt64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
