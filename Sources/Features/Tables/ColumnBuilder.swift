/// Gathers the values of one column for a block of rows.
struct ColumnBuilder {
    private let column: DecidedColumn
    private let parser: CellParser
    private var numbers: [Double] = []
    private var integers: [Int64] = []
    private var booleans: [Bool] = []
    private var strings: [String] = []
    private var floats: [Float] = []
    private var files: [[UInt8]] = []
    private var holes: [Int] = []
    private var count = 0
    /// The words of the column as strings, made when they first come.
    private var words: [String?]
    /// About how many bytes the values take.
    private(set) var byteCount = 0

    init(_ column: DecidedColumn) {
        self.column = column
        parser = column.parser
        words = [String?](repeating: nil, count: column.words?.count ?? 0)
    }

    /// Takes the cells of some rows.
    ///
    /// - Throws: `DatasetFormatError.content` for an array of other extents than the first.
    mutating func take(_ block: CellBlock, rows: Range<Int>) throws(DatasetFormatError) {
        var place = rows.lowerBound * block.width + column.place
        switch parser.type {
        case .number:
            takeNumbers(block, rows, place)
            byteCount += 8 * rows.count
        case .integer:
            takeIntegers(block, rows, place)
            byteCount += 8 * rows.count
        case .boolean:
            each(rows, block, &place) { builder, cell in
                let truth = cell.flatMap { builder.parser.boolean($0, block) }
                builder.booleans.append(truth ?? false)
                return truth != nil
            }
            byteCount += rows.count
        case .date:
            each(rows, block, &place) { builder, cell in
                let instant = cell.flatMap { builder.parser.date($0, block) }
                builder.integers.append(instant?.microseconds ?? 0)
                return instant != nil
            }
            byteCount += 8 * rows.count
        case .category, .text:
            takeWords(block, rows, place)
            byteCount += 16 * rows.count
        case .array: try takeArrays(block, rows, place)
        case .image, .sound:
            each(rows, block, &place) { builder, cell in
                guard let cell, cell.kind == .file else {
                    builder.files.append([])
                    return false
                }
                builder.files.append(Array(block.bytes(cell)))
                builder.byteCount += Int(cell.count)
                return true
            }
        }
    }

    private mutating func takeNumbers(_ block: CellBlock, _ rows: Range<Int>, _ start: Int) {
        let (cells, width, parser) = (block.cells, block.width, parser)
        let isPlain = !parser.marks.areOwn && parser.reading != .comma
        var place = start
        let first = count
        var found: [Int] = []
        let made = NumberReading.withPowers { powers in
            [Double](unsafeUninitializedCapacity: rows.count) { room, initialized in
                for row in 0..<rows.count {
                    let cell = cells[place]
                    place += width
                    // Most numbers are so: as `NumberReading.number` has them, the same for whole ones and others.
                    if isPlain, cell.kind == .integer || cell.kind == .decimal, cell.exponent <= 0 {
                        let value = Double(Int64(bitPattern: cell.mantissa)) / powers[Int(-cell.exponent)]
                        let sign = UInt64(cell.flags & Cell.isNegative) << 63
                        room[row] = Double(bitPattern: value.bitPattern | sign)
                    } else if !parser.marks.areOwn || !parser.isMissing(cell, block),
                        let number = parser.reading.number(cell, block)
                    {
                        room[row] = number
                    } else {
                        found.append(first + row)
                        room[row] = 0
                    }
                }
                initialized = rows.count
            }
        }
        numbers += made
        holes += found
        count += rows.count
    }

    private mutating func takeIntegers(_ block: CellBlock, _ rows: Range<Int>, _ start: Int) {
        let (cells, width, parser) = (block.cells, block.width, parser)
        var place = start
        let first = count
        var found: [Int] = []
        integers += [Int64](unsafeUninitializedCapacity: rows.count) { room, initialized in
            for row in 0..<rows.count {
                let cell = cells[place]
                place += width
                if !parser.marks.areOwn || !parser.isMissing(cell, block), let integer = parser.integer(cell, block) {
                    room[row] = integer
                } else {
                    found.append(first + row)
                    room[row] = 0
                }
            }
            initialized = rows.count
        }
        holes += found
        count += rows.count
    }

    private mutating func hole() { holes.append(count) }

    /// Calls `body` with each cell, nil where it is missing; it returns whether there is a value.
    @inline(__always)
    private mutating func each(
        _ rows: Range<Int>,
        _ block: CellBlock,
        _ place: inout Int,
        _ body: (inout ColumnBuilder, Cell?) -> Bool
    ) {
        let (cells, width) = (block.cells, block.width)
        for _ in rows {
            let cell = cells[place]
            place += width
            if !body(&self, parser.isMissing(cell, block) ? nil : cell) { hole() }
            count += 1
        }
    }

    private mutating func takeWords(_ block: CellBlock, _ rows: Range<Int>, _ start: Int) {
        let table = parser.type == .category ? column.words : nil
        let (cells, width) = (block.cells, block.width)
        var place = start
        for _ in rows {
            let cell = cells[place]
            place += width
            if cell.kind.rawValue >= Cell.Kind.array.rawValue || parser.isMissing(cell, block) {
                hole()
                strings.append("")
            } else if cell.has(Cell.hasEscapes) {
                block.withText(cell) { appendWord($0, table) }
            } else {
                appendWord(block.bytes(cell), table)
            }
            count += 1
        }
    }

    @inline(__always)
    private mutating func appendWord(_ bytes: UnsafeBufferPointer<UInt8>, _ table: WordTable?) {
        // A word of up to 15 bytes is made faster than it is found.
        guard bytes.count > 15, let table, let place = table.place(of: bytes) else {
            strings.append(String(decoding: bytes, as: UTF8.self))
            byteCount += bytes.count > 15 ? bytes.count + 16 : 0
            return
        }
        if let word = words[place] {
            strings.append(word)
        } else {
            let word = String(decoding: bytes, as: UTF8.self)
            words[place] = word
            strings.append(word)
        }
    }

    private mutating func takeArrays(
        _ block: CellBlock,
        _ rows: Range<Int>,
        _ start: Int
    ) throws(DatasetFormatError) {
        let volume = column.column.shape.reduce(1, *)
        var place = start
        for _ in rows {
            let cell = block.cells[place]
            place += block.width
            if cell.kind == .array {
                floats += block.arrays[Int(cell.start)..<Int(cell.start) + Int(cell.count)]
            } else {
                hole()
                floats += repeatElement(.nan, count: volume)
            }
            count += 1
        }
        byteCount += 4 * volume * rows.count
    }

    /// Gives the values that have been gathered, and begins anew.
    mutating func finish() -> ColumnValues {
        let content: ColumnValues.Content =
            switch parser.type {
            case .number: .numbers(numbers)
            case .integer: .integers(integers)
            case .boolean: .booleans(booleans)
            case .date: .dates(integers)
            case .category, .text: .strings(strings)
            case .array: .arrays(floats, shape: column.column.shape)
            case .image, .sound: .files(files)
            }
        var missing: [Bool]?
        if !holes.isEmpty {
            var marks = [Bool](repeating: false, count: count)
            for hole in holes { marks[hole] = true }
            missing = marks
        }
        let rows = count
        (numbers, integers, booleans, strings, floats, files, holes) = ([], [], [], [], [], [], [])
        (count, byteCount) = (0, 0)
        reserve(rows)
        return ColumnValues(content, missing: missing)
    }

    private mutating func reserve(_ rows: Int) {
        switch parser.type {
        case .number: numbers.reserveCapacity(rows)
        case .integer, .date: integers.reserveCapacity(rows)
        case .boolean: booleans.reserveCapacity(rows)
        case .category, .text: strings.reserveCapacity(rows)
        case .array, .image, .sound: break
        }
    }
}
