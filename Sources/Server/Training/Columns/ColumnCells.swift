import Features
import ModelStore

/// The values of one column in the records at hand, as numbers or words.
struct ColumnCells {
    private let values: StoredColumnValues

    init(_ values: StoredColumnValues) { self.values = values }

    /// The value as a number: a date is days since 1970, a truth 1 or 0; NaN where it is missing or no number.
    func float(_ row: Int) -> Float {
        guard !values.isMissing(row) else { return .nan }
        return switch values.content {
        case .numbers(let numbers): Float(numbers[row])
        case .integers(let integers): Float(integers[row])
        case .booleans(let truths): truths[row] ? 1 : 0
        case .dates(let instants): CalendarDays.number(ofMicroseconds: instants[row])
        case .strings, .arrays, .files: .nan
        }
    }

    /// The value as a whole number; nil where it is missing or none.
    func integer(_ row: Int) -> Int? {
        guard !values.isMissing(row) else { return nil }
        return switch values.content {
        case .numbers(let numbers): Int(exactly: numbers[row])
        case .integers(let integers): Int(integers[row])
        case .booleans(let truths): truths[row] ? 1 : 0
        case .dates, .strings, .arrays, .files: nil
        }
    }

    /// The value as a word, empty where it is missing.
    func word(_ row: Int) -> String {
        guard !values.isMissing(row) else { return "" }
        return switch values.content {
        case .strings(let words): words[row]
        case .integers(let integers): String(integers[row])
        case .booleans(let truths): truths[row] ? "true" : "false"
        case .numbers(let numbers): Int(exactly: numbers[row]).map(String.init) ?? "\(numbers[row])"
        case .dates(let instants): String(instants[row])
        case .arrays, .files: ""
        }
    }

    /// Whether the value is missing.
    func isMissing(_ row: Int) -> Bool { values.isMissing(row) }

    /// The numbers of an array.
    func array(_ row: Int) -> ArraySlice<Float> {
        guard case .arrays(let numbers, let shape) = values.content else { return [] }
        let volume = shape.reduce(1, *)
        return numbers[row * volume..<(row + 1) * volume]
    }

    /// The bytes of a file.
    func file(_ row: Int) -> [UInt8] {
        guard case .files(let files) = values.content else { return [] }
        return files[row]
    }
}
