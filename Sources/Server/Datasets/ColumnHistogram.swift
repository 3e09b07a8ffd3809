import Features
import JSON

/// How the values of a column are spread: in bins of equal width, or by word.
struct ColumnHistogram: JSONWritable {
    private struct Bin: JSONWritable {
        let from: ColumnFacts.Bound
        let to: ColumnFacts.Bound
        let count: Int

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("from", from)
                json.field("to", to)
                json.field("count", count)
            }
        }
    }

    private let column: ColumnFacts
    /// What is counted: `value`, or of texts `length`, in characters, and of files `bytes`.
    private let of: String
    private var bins: [Bin]?
    private var categories: [ColumnFacts.Category]?
    private var missing = 0

    /// Counts the values of a column.
    ///
    /// - Parameters:
    ///   - column: The column.
    ///   - bins: How many bins there are; of words, how many are shown, those with the most rows.
    ///   - each: Gives all values, as often as it is called.
    /// - Throws: What `each` throws.
    init(of column: ColumnFacts, bins: Int, each: ((CellValue) -> Void) throws -> Void) throws {
        self.column = column
        switch column.type {
        case .category, .boolean:
            of = "value"
            var counts: [ColumnCount.Word: Int] = [:]
            var missing = 0
            try each { cell in
                switch cell {
                case .text(let word): counts[ColumnCount.Word(text: word), default: 0] += 1
                case .truth(let truth): counts[ColumnCount.Word(text: "\(truth)"), default: 0] += 1
                default: missing += 1
                }
            }
            self.missing = missing
            categories = counts.map { ColumnFacts.Category(value: $0.key.text, count: $0.value) }
                .sorted {
                    $0.count == $1.count
                        ? $0.value.utf8.lexicographicallyPrecedes($1.value.utf8) : $0.count > $1.count
                }
                .prefix(bins).map { $0 }
        default:
            of =
                switch column.type {
                case .text: "length"
                case .image, .sound: "bytes"
                default: "value"
                }
            var (least, greatest, missing) = (Double.infinity, -Double.infinity, 0)
            try each { cell in
                let isMissing = !Self.numbers(cell, column) { number in
                    least = min(least, number)
                    greatest = max(greatest, number)
                }
                if isMissing { missing += 1 }
            }
            self.missing = missing
            self.bins = []
            guard least <= greatest else { return }
            let isWhole = column.type != .number && column.type != .array && greatest - least < Double(bins)
            let count = least == greatest ? 1 : isWhole ? Int(greatest - least) + 1 : bins
            let width = isWhole ? 1 : (greatest - least) / Double(count)
            var counts = [Int](repeating: 0, count: count)
            try each { cell in
                _ = Self.numbers(cell, column) { number in
                    let place = width > 0 ? Int((number - least) / width) : 0
                    counts[min(max(place, 0), count - 1)] += 1
                }
            }
            self.bins = counts.enumerated().map { place, count in
                let isLast = place == counts.count - 1
                let to = isLast && !isWhole ? greatest : least + width * Double(place + 1)
                return Bin(
                    from: Self.bound(least + width * Double(place), column),
                    to: Self.bound(to, column),
                    count: count
                )
            }
        }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", column.name)
            json.field("type", column.type.rawValue)
            json.field("missing", missing)
            json.field("of", of)
            json.field("bins", ifPresent: bins)
            json.field("categories", ifPresent: categories)
        }
    }

    /// Gives the numbers that count of a value; false for a missing one.
    private static func numbers(_ cell: CellValue, _ column: ColumnFacts, _ take: (Double) -> Void) -> Bool {
        switch cell {
        case .missing: return false
        case .number(let number): if number.isFinite { take(number) }
        case .integer(let integer): take(Double(integer))
        case .truth(let truth): take(truth ? 1 : 0)
        case .instant(let microseconds, _): take(Double(microseconds))
        case .text(let text): take(Double(text.count))
        case .array(let numbers, _): for number in numbers where number.isFinite { take(Double(number)) }
        case .file(_, _, let bytes): take(Double(bytes))
        }
        return true
    }

    private static func bound(_ number: Double, _ column: ColumnFacts) -> ColumnFacts.Bound {
        guard column.type == .date else {
            return Int(exactly: number).map { .integer($0) } ?? .number(number)
        }
        return .instant(Instant.text(Int64(number.rounded(.down)), Instant.Form(hasZone: column.instantForm.hasZone)))
    }
}
