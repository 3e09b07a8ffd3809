/// Turns cells of a column into values of its type.
struct CellParser: Sendable {
    let type: ColumnType
    let reading: NumberReading
    /// How dates are written; nil where they are not.
    let pattern: DatePattern?
    let marks: MissingMarks

    /// Whether a cell that isn't empty stands for a missing value.
    @inline(__always)
    func isMissing(_ cell: Cell, _ block: CellBlock) -> Bool {
        if cell.kind.rawValue < Cell.Kind.text.rawValue, !marks.areOwn || cell.kind == .empty {
            return cell.kind == .empty
        }
        guard cell.kind.rawValue < Cell.Kind.truth.rawValue else { return false }
        let meaning = block.withText(cell) { marks.meaning($0, isQuoted: cell.has(Cell.isQuoted)) }
        return meaning == .missing || meaning == .missingUnlessWord && type != .category && type != .text
    }

    /// The whole number in a cell; nil where it is none, or beyond ±2^53.
    @inline(__always)
    func integer(_ cell: Cell, _ block: CellBlock) -> Int64? {
        if cell.kind == .integer {
            let value = Int64(cell.mantissa)
            return cell.has(Cell.isNegative) ? -value : value
        }
        guard let number = reading.number(cell, block), number == number.rounded(), abs(number) <= 0x1p53 else {
            return nil
        }
        return Int64(number)
    }

    /// The truth in a cell; nil where there is none.
    func boolean(_ cell: Cell, _ block: CellBlock) -> Bool? {
        switch cell.kind {
        case .truth: cell.mantissa == 1
        case .text: Truth(block.bytes(cell)).map { $0 == .yes }
        // A schema may call a column of 0 and 1 boolean.
        case .integer where cell.mantissa <= 1 && cell.count == 1: cell.mantissa == 1
        default: nil
        }
    }

    /// The instant in a cell; nil where there is none.
    func date(_ cell: Cell, _ block: CellBlock) -> DatePattern.Instant? {
        switch cell.kind {
        case .empty, .truth, .array, .file: nil
        default: pattern.flatMap { $0.instant(block.bytes(cell)) }
        }
    }

    /// Whether a cell that isn't missing is a value of the type.
    func fits(_ cell: Cell, _ block: CellBlock) -> Bool {
        switch type {
        case .number: reading.number(cell, block) != nil
        case .integer: integer(cell, block) != nil
        case .boolean: boolean(cell, block) != nil
        case .date: date(cell, block) != nil
        case .category, .text: cell.kind != .array && cell.kind != .file
        case .array: cell.kind == .array
        case .image, .sound: cell.kind == .file
        }
    }
}
