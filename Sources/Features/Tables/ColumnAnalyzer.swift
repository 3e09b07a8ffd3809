/// Looks at all cells of one column, and keeps what its type is decided by: counts, what still fits, and the words.
struct ColumnAnalyzer {
    /// Where a cell stands that is worth telling about.
    struct Place: Equatable {
        let text: String
        let place: String
    }

    let name: String
    let declared: ColumnSchema.Column
    let marks: MissingMarks
    private let pattern: DatePattern?
    private let budget: WordBudget

    /// Values of each kind.
    private(set) var integers = 0
    private(set) var decimals = 0
    private(set) var longIntegers = 0
    private(set) var longDecimals = 0
    private(set) var leadingZeros = 0
    /// Numbers with marks that a point alone doesn't explain.
    private(set) var marked = 0
    private(set) var booleans = 0
    private(set) var dates = 0
    private(set) var zonedDates = 0
    private(set) var arrays = 0
    private(set) var words = 0
    /// Cells that are missing among numbers and words among words, such as `None`.
    private(set) var doubtful = 0
    /// Cells that are missing everywhere, besides empty ones.
    private(set) var missingMarks = 0
    private(set) var firstMark: String?
    private(set) var firstDoubtful: String?
    /// The readings in which every number so far is one.
    private(set) var readings = NumberReading.any
    /// Numbers with decimals in each reading.
    private(set) var fractionsByComma = 0
    private(set) var fractionsByGroup = 0
    /// Whether some number is one with a decimal comma alone.
    private(set) var needsComma = false
    /// The formats in which every date so far is one: bit 0 is ISO 8601, the others those of `DatePattern.usual`.
    private(set) var dateForms: UInt8 = 0b11_1111
    /// The extents of its arrays.
    private(set) var shape: [Int] = []
    /// The extents of the first array that has others.
    private(set) var otherShape: Place?
    /// Pictures or recordings.
    private(set) var files = FileCells()
    /// The first words.
    private(set) var firstWords: [Place] = []
    /// Whether its values are whole numbers that count on from 0 or 1.
    private(set) var counts = true
    private var next: UInt64?
    /// The last row that isn't empty; −1 without one.
    private(set) var lastFilled = -1

    /// The words, while they are collected.
    private(set) var table: WordTable?
    /// How many cells were counted as words, and those of them that had no room in the table.
    private(set) var collected = 0
    private(set) var overflow = 0
    private(set) var overflowMeasure = 0.0
    /// How many cells had been collected when there was no more room.
    private(set) var collectedAtOverflow: Int?
    /// Whether words came after rows whose words are not in the table.
    private var cameLate = false
    private let firstRow: Int

    /// An analyzer of a column whose rows before `firstRow` are all missing.
    init(_ name: String, _ declared: ColumnSchema.Column, marks: MissingMarks, budget: WordBudget, firstRow: Int = 0) {
        (self.name, self.declared, self.marks, self.budget, self.firstRow) = (name, declared, marks, budget, firstRow)
        pattern = declared.format.flatMap(DatePattern.init)
        if declared.type == .category || declared.type == .text { table = WordTable() }
    }

    /// Numbers of any kind.
    var numbers: Int { integers + decimals + longIntegers + longDecimals + marked }

    /// Takes the cells of a block.
    ///
    /// - Throws: `DatasetFormatError.content` for the first cell that is not of the declared type.
    mutating func take(_ block: CellBlock, _ column: Int) throws(DatasetFormatError) {
        if declared.isIgnored { return noteFilled(block, column) }
        switch declared.type {
        case .category, .text: collect(block, column)
        case .some(let type): try check(block, column, type)
        case nil:
            if words == 0 { classify(block, column) } else { count(block, column) }
            if table != nil {
                collect(block, column)
            } else if !cameLate, mayBeWords {
                if block.firstRow <= firstRow {
                    table = WordTable()
                    collect(block, column)
                } else {
                    cameLate = true
                }
            }
        }
    }

    /// Whether the cells have to be read again for their words: what could be dates of several formats stays words.
    var needsWords: Bool {
        cameLate
            || table == nil && declared.type == nil && dates > 0 && numbers + booleans == 0
                && dateForms & (dateForms &- 1) != 0
    }

    /// Whether it looks as if the cells were words.
    private var mayBeWords: Bool {
        words > 0 || leadingZeros > 0 || longIntegers > 0 || readings == 0
            || booleans > 0 && (numbers > 0 || dates > 0) || dates > 0 && (numbers > 0 || dateForms == 0)
    }

    private mutating func noteFilled(_ block: CellBlock, _ column: Int) {
        for row in (0..<block.rows).reversed() where block.cells[row * block.width + column].kind != .empty {
            lastFilled = block.firstRow + row
            return
        }
    }

    // MARK: Kinds

    /// Counts the kinds of cells.
    private mutating func classify(_ block: CellBlock, _ column: Int) {
        let cells = block.cells
        let width = block.width
        var (integers, decimals, leadingZeros) = (0, 0, 0)
        var place = column
        var last = -1
        // What becomes of them while the block is read is known here alone, since that is faster.
        var (counts, hasPoint) = (counts, false)
        let looksCloser = marks.areOwn
        for row in 0..<block.rows {
            let cell = cells[place]
            place += width
            if cell.kind == .empty { continue }
            last = row
            if looksCloser, isOwnMark(block, cell) { continue }
            switch cell.kind {
            case .integer:
                integers += 1
                if counts { counts = follows(cell) }
                if cell.has(Cell.hasLeadingZero) { leadingZeros += 1 }
            case .decimal:
                decimals += 1
                if !cell.has(Cell.couldBeGrouped) { hasPoint = true }
            case .empty: break
            default:
                if hasPoint { readings &= ~NumberReading.comma.rawValue }
                counts = false
                classifyOther(block, cell, row)
            }
        }
        if hasPoint { readings &= ~NumberReading.comma.rawValue }
        self.counts = counts && decimals == 0
        self.integers += integers
        self.decimals += decimals
        self.leadingZeros += leadingZeros
        fractionsByGroup += decimals
        if last >= 0 { lastFilled = block.firstRow + last }
    }

    /// Counts the kinds of cells of a column that is known to be words, and of which the first are noted already.
    private mutating func count(_ block: CellBlock, _ column: Int) {
        noteFilled(block, column)
        let (cells, width) = (block.cells, block.width)
        var place = column
        var (integers, words) = (0, self.words)
        for row in 0..<block.rows {
            let cell = cells[place]
            place += width
            if cell.isNumber {
                integers += 1
            } else if cell.kind != .empty, words < 1000, firstWords.count < 5 {
                self.words = words
                classifyOther(block, cell, row)
                words = self.words
            } else if cell.kind != .empty {
                words += 1
            }
        }
        self.integers += integers
        self.words = words
    }

    /// Whether a whole number is the one after the last.
    private mutating func follows(_ cell: Cell) -> Bool {
        guard let expected = next ?? (cell.mantissa < 2 ? cell.mantissa : nil), cell.mantissa == expected,
            !cell.has(Cell.isNegative)
        else { return false }
        next = expected + 1
        return true
    }

    private func isOwnMark(_ block: CellBlock, _ cell: Cell) -> Bool {
        guard cell.kind.rawValue < Cell.Kind.truth.rawValue else { return false }
        return block.withText(cell) { marks.meaning($0, isQuoted: false) } == .missing
    }

    private mutating func classifyOther(_ block: CellBlock, _ cell: Cell, _ row: Int) {
        switch cell.kind {
        case .longInteger: longIntegers += 1
        case .longDecimal:
            longDecimals += 1
            fractionsByGroup += 1
            readings &= ~NumberReading.comma.rawValue
        case .truth: booleans += 1
        case .array: noteArray(block, cell, row)
        case .file: files.note(block.bytes(cell), at: block.place(ofRow: row))
        default: classifyText(block, cell, row)
        }
        counts = false
    }

    private mutating func classifyText(_ block: CellBlock, _ cell: Cell, _ row: Int) {
        let bytes = block.bytes(cell)
        switch marks.meaning(bytes, isQuoted: cell.has(Cell.isQuoted)) {
        case .missing:
            missingMarks += 1
            if firstMark == nil { firstMark = block.string(cell) }
            return
        case .missingUnlessWord:
            doubtful += 1
            if firstDoubtful == nil { firstDoubtful = block.string(cell) }
            return
        case .value: break
        }
        if cell.kind == .text {
            if Truth(bytes) != nil {
                booleans += 1
                return
            }
            let found = NumberReading.readings(bytes)
            if found & readings != 0 {
                readings &= found
                marked += 1
                if found == NumberReading.comma.rawValue { needsComma = true }
                if found & NumberReading.comma.rawValue != 0, !NumberReading.comma.isWhole(cell, block) {
                    fractionsByComma += 1
                }
                if found & NumberReading.grouped.rawValue != 0, !NumberReading.grouped.isWhole(cell, block) {
                    fractionsByGroup += 1
                }
                return
            }
        }
        if isDate(bytes) { return }
        words += 1
        if firstWords.count < 5 {
            firstWords.append(Place(text: block.string(cell), place: block.place(ofRow: row)))
        }
    }

    private mutating func noteArray(_ block: CellBlock, _ cell: Cell, _ row: Int) {
        let found = block.shapes[Int(cell.exponent)]
        if arrays == 0 { shape = found }
        arrays += 1
        if found != shape, otherShape == nil {
            otherShape = Place(text: "\(found)", place: block.place(ofRow: row))
        }
    }

    private mutating func isDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 6, let first = bytes.first, first &- UInt8(ascii: "0") < 10 else { return false }
        var fitting: UInt8 = 0
        var hasZone = false
        if dateForms & 1 != 0, let instant = DatePattern.iso.instant(bytes) {
            fitting = 1
            hasZone = instant.hasZone
        }
        for (place, pattern) in DatePattern.usual.enumerated() where dateForms & 2 << UInt8(place) != 0 {
            if pattern.instant(bytes) != nil { fitting |= 2 << UInt8(place) }
        }
        guard fitting != 0 else { return false }
        dateForms = fitting
        dates += 1
        if hasZone { zonedDates += 1 }
        return true
    }

    // MARK: Words

    /// Counts the words of a block.
    mutating func collect(_ block: CellBlock, _ column: Int) {
        guard var table else { return }
        self.table = nil
        let (cells, width) = (block.cells, block.width)
        let (looksCloser, isDeclared) = (marks.areOwn, declared.type != nil)
        var place = column
        var found = 0
        var room = budget.bytes
        defer { budget.bytes = room }
        if isDeclared { noteFilled(block, column) }
        for _ in 0..<block.rows {
            let cell = cells[place]
            place += width
            if cell.kind == .empty || cell.kind.rawValue >= Cell.Kind.array.rawValue { continue }
            block.withText(cell) { bytes in
                if cell.kind != .integer && cell.kind != .decimal || looksCloser {
                    let meaning = marks.meaning(bytes, isQuoted: cell.has(Cell.isQuoted))
                    if meaning == .missing {
                        if isDeclared { missingMarks += 1 }
                        if firstMark == nil { firstMark = block.string(cell) }
                        return
                    }
                    if meaning == .missingUnlessWord, !cell.has(Cell.isQuoted), firstDoubtful == nil {
                        firstDoubtful = block.string(cell)
                    }
                }
                found += 1
                if table.add(bytes, budget: &room) == nil {
                    overflow += 1
                    overflowMeasure += WordMeasure.words(bytes)
                    if collectedAtOverflow == nil { collectedAtOverflow = collected + found }
                }
            }
        }
        collected += found
        self.table = table
    }

    /// How often each word came, where these are all the words of the column as its values will be.
    var wordCounts: WordTable? { overflow == 0 && !marks.areOwn && arrays + files.count == 0 ? table : nil }

    /// Begins to collect the words anew, from the first row on.
    mutating func collectAgain() {
        table = WordTable()
        (collected, overflow, overflowMeasure, collectedAtOverflow, cameLate) = (0, 0, 0, nil, false)
    }

    // MARK: Declared types

    private mutating func check(_ block: CellBlock, _ column: Int, _ type: ColumnType) throws(DatasetFormatError) {
        let parser = CellParser(type: type, reading: .point, pattern: pattern, marks: marks)
        var place = column
        for row in 0..<block.rows {
            let cell = block.cells[place]
            place += block.width
            if cell.kind == .empty { continue }
            lastFilled = block.firstRow + row
            if cell.kind == .array {
                noteArray(block, cell, row)
                if type == .array { continue }
            } else if parser.isMissing(cell, block) {
                continue
            }
            let fits: Bool
            switch type {
            case .number, .integer:
                // Which mark is the decimal one is decided when all have been seen.
                fits =
                    cell.isNumber && (type == .number || cell.has(Cell.couldBeGrouped) || parser.fits(cell, block))
                    || cell.kind == .text && NumberReading.readings(block.bytes(cell)) & readings != 0
                if fits { classifyDeclaredNumber(block, cell) }
            case .date where pattern == nil:
                fits = cell.kind.rawValue >= Cell.Kind.text.rawValue && cell.kind != .file && isDate(block.bytes(cell))
            default: fits = parser.fits(cell, block)
            }
            guard fits else { throw mismatch(block, cell, row, type) }
            if type == .boolean { booleans += 1 } else if type == .date, pattern != nil { dates += 1 }
        }
    }

    private mutating func classifyDeclaredNumber(_ block: CellBlock, _ cell: Cell) {
        switch cell.kind {
        case .integer: integers += 1
        case .decimal:
            decimals += 1
            if !cell.has(Cell.couldBeGrouped) { readings &= ~NumberReading.comma.rawValue }
        default: classifyOther(block, cell, 0)
        }
    }

    private func mismatch(_ block: CellBlock, _ cell: Cell, _ row: Int, _ type: ColumnType) -> DatasetFormatError {
        let expected =
            switch type {
            case .number: "a number"
            case .integer: "a whole number within ±2^53"
            case .boolean: "true or false"
            case .date: "a date" + (pattern.map { " as \"\($0.text)\"" } ?? " as ISO 8601 has them or dd.MM.yyyy")
            case .array: "an array of numbers"
            case .image, .sound: "a file, which a zip archive has"
            case .category, .text: "a word"
            }
        let found =
            cell.kind == .array
            ? "an array" : cell.kind == .file ? "a file" : "\"\(block.string(cell).prefix(60))\""
        return .content(
            place: "\(block.place(ofRow: row)), column \"\(name)\"",
            "expected \(expected), as the schema says, found \(found); \"missing\" in the schema lists what stands for a "
                + "missing value"
        )
    }
}
