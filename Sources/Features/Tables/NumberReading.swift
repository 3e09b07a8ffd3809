import Glibc

/// What the marks in numbers mean: `1.234,5` in one place is `1,234.5` in another.
enum NumberReading: UInt8 {
    /// A point before the decimals, and nothing between thousands.
    case point = 1
    /// A comma before the decimals, perhaps points between thousands.
    case comma = 2
    /// A point before the decimals, commas between thousands.
    case grouped = 4

    /// All of them, as a set of bits.
    static let any: UInt8 = 7

    var isComma: Bool { self == .comma }

    /// The powers of ten that a float holds exactly.
    private static let powers: [Double] = (0...22).map { pow(10, Double($0)) }

    /// Calls `body` with the powers of ten from 0 to 22.
    @inline(__always)
    static func withPowers<Result>(_ body: (UnsafeBufferPointer<Double>) -> Result) -> Result {
        powers.withUnsafeBufferPointer(body)
    }

    /// The number in a cell; nil where it is none in this reading.
    @inline(__always)
    func number(_ cell: Cell, _ block: CellBlock) -> Double? {
        switch cell.kind {
        case .integer:
            let value = Double(cell.mantissa)
            return cell.has(Cell.isNegative) ? -value : value
        case .decimal where self != .comma:
            // Both are exact, so that one rounding gives the nearest float (W. D. Clinger, "How to read floating point
            // numbers accurately", 1990).
            let value =
                cell.exponent < 0
                ? Double(cell.mantissa) / Self.powers[Int(-cell.exponent)]
                : Double(cell.mantissa) * Self.powers[Int(cell.exponent)]
            return cell.has(Cell.isNegative) ? -value : value
        case .longInteger, .longDecimal, .decimal, .text: return slowNumber(cell, block)
        case .empty, .word, .truth, .array, .file: return nil
        }
    }

    @inline(never)
    private func slowNumber(_ cell: Cell, _ block: CellBlock) -> Double? {
        let bytes = block.bytes(cell)
        if self == .point || self == .grouped && cell.kind != .text {
            guard cell.kind != .text else { return nil }
            // A separator, quote, blank or line end stands behind, and never a byte that a number goes on with.
            return bytes.baseAddress.map { start in
                start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { strtod($0, nil) }
            }
        }
        return plain(bytes).map { text in
            text.digits.withUnsafeBufferPointer { digits in
                digits.baseAddress.map { strtod($0, nil) } ?? 0
            }
        }
    }

    /// Whether a cell is a whole number in this reading, in which it is a number.
    func isWhole(_ cell: Cell, _ block: CellBlock) -> Bool {
        switch cell.kind {
        case .integer, .longInteger: true
        case .decimal: self == .comma
        case .text: plain(block.bytes(cell))?.isWhole ?? false
        default: false
        }
    }

    /// The readings in which a cell that is no plain number is one.
    static func readings(_ cell: UnsafeBufferPointer<UInt8>) -> UInt8 {
        guard let first = cell.first, first <= UInt8(ascii: "9") else { return 0 }
        var (commas, points) = (0, 0)
        for byte in cell {
            if byte == UInt8(ascii: ",") { commas += 1 }
            if byte == UInt8(ascii: ".") { points += 1 }
        }
        guard commas > 0 || points > 1 else { return 0 }
        return (comma.plain(cell) == nil ? 0 : comma.rawValue) | (grouped.plain(cell) == nil ? 0 : grouped.rawValue)
    }

    /// A number's text as C has it, ended by zero, and whether it has no decimals; nil where it is none.
    private func plain(_ cell: UnsafeBufferPointer<UInt8>) -> (digits: [CChar], isWhole: Bool)? {
        let decimal = self == .comma ? UInt8(ascii: ",") : UInt8(ascii: ".")
        let group = self == .comma ? UInt8(ascii: ".") : UInt8(ascii: ",")
        var digits: [CChar] = []
        digits.reserveCapacity(cell.count + 1)
        var place = 0
        func isDigit(_ place: Int) -> Bool { place < cell.count && cell[place] &- UInt8(ascii: "0") < 10 }
        func take() {
            digits.append(CChar(cell[place]))
            place += 1
        }
        if place < cell.count, cell[place] == UInt8(ascii: "-") || cell[place] == UInt8(ascii: "+") { take() }
        let start = place
        while isDigit(place) { take() }
        var count = place - start
        let first = count
        if place < cell.count, cell[place] == group {
            guard (1...3).contains(first), cell[start] != UInt8(ascii: "0") else { return nil }
            while place < cell.count, cell[place] == group {
                place += 1
                guard isDigit(place), isDigit(place + 1), isDigit(place + 2), !isDigit(place + 3) else { return nil }
                for _ in 0..<3 { take() }
                count += 3
            }
        }
        var isWhole = true
        if place < cell.count, cell[place] == decimal {
            place += 1
            isWhole = false
            digits.append(CChar(UInt8(ascii: ".")))
            while isDigit(place) {
                take()
                count += 1
            }
        }
        guard count > 0 else { return nil }
        if place < cell.count, cell[place] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            take()
            if place < cell.count, cell[place] == UInt8(ascii: "-") || cell[place] == UInt8(ascii: "+") { take() }
            guard isDigit(place) else { return nil }
            while isDigit(place) { take() }
        }
        guard place == cell.count else { return nil }
        digits.append(0)
        return (digits, isWhole)
    }
}
