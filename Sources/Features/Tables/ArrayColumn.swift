import JSON

/// One array as a column: where its numbers are, and how.
struct ArrayColumn: Sendable {
    let name: String
    let bytes: SpooledBytes
    let type: ElementType
    /// Microseconds of one unit of a date, or, below 1, units of one microsecond, negated; nil where it holds no dates.
    let dateUnit: Int64?
    /// The extents, rows first.
    let shape: [Int]
    private let start: Int
    private let isByColumns: Bool

    /// How many rows it has.
    var rows: Int { shape[0] }
    /// The extents of a row.
    var rowShape: [Int] { Array(shape.dropFirst()) }
    /// How many values a row has.
    var volume: Int { shape.dropFirst().reduce(1, *) }

    /// Reads the header of a file of NumPy or IDX.
    ///
    /// - Throws: `DatasetFormatError.content`, or `SpoolError`.
    init(_ name: String, _ bytes: SpooledBytes) throws {
        (self.name, self.bytes) = (name, bytes)
        let first = try bytes.bytes(0..<min(bytes.count, 70_000))
        let place = "column \"\(name)\""
        do throws(ArrayHeaderFault) {
            if first.starts(with: NPYHeader.magic) {
                guard let fields = try NPYHeader.fields(first) else {
                    throw ArrayHeaderFault("the NPY file ends within its header: it was cut short")
                }
                dateUnit = Self.dateUnit(fields.descr)
                type =
                    dateUnit == nil
                    ? try NPYHeader.type(fields.descr, fields.shown)
                    : ElementType(kind: .signed, size: 8, isBigEndian: Self.isBigEndian(fields.descr))
                // A single number is an array of one.
                shape = fields.extents.isEmpty ? [1] : fields.extents
                start = fields.start
                isByColumns = fields.isFortran && shape.count > 1
            } else {
                guard let header = try ArrayHeader.read(first, isWhole: true) else {
                    throw ArrayHeaderFault("the file ends within its header: it was cut short")
                }
                (type, shape, start, isByColumns) = (header.type, header.shape, header.byteCount, false)
                dateUnit = nil
            }
        } catch {
            throw DatasetFormatError.content(place: place, error.detail)
        }
        var count = type.size
        for extent in shape {
            // An axis without places makes nothing of the whole, and leaves the extents of a row as they are.
            let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
            guard !overflow, product <= 1 << 48 else {
                throw DatasetFormatError.content(
                    place: place,
                    "an array of the extents \(shape) is larger than any file"
                )
            }
            count = product
        }
        if shape.contains(0) { count = 0 }
        guard bytes.count - start >= count else {
            throw DatasetFormatError.content(
                place: place,
                "expected \(count) bytes of an array of the extents \(shape), found \(bytes.count - start): it was cut short"
            )
        }
        guard volume > 0 else {
            throw DatasetFormatError.content(
                place: place,
                "expected values in each row, found none: an array of the extents \(shape)"
            )
        }
        guard shape.count == 1 || !type.isText && dateUnit == nil else {
            throw DatasetFormatError.content(place: place, "words and dates have one axis, found the extents \(shape)")
        }
    }

    private static func isBigEndian(_ descr: PythonDictionary.Value) -> Bool {
        if case .text(let name) = descr { name.hasPrefix(">") } else { false }
    }

    /// The unit of NumPy's `<M8[ns]`.
    private static func dateUnit(_ descr: PythonDictionary.Value) -> Int64? {
        guard case .text(let name) = descr else { return nil }
        let units: [String: Int64] = [
            "D": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1000, "us": 1, "ns": -1000,
        ]
        let letters = name.drop { "<>=|".contains($0) }
        guard letters.hasPrefix("M8["), letters.hasSuffix("]") else { return nil }
        return units[String(letters.dropFirst(3).dropLast())]
    }

    // MARK: Reading

    /// The bytes of some rows, in row-major order.
    private func raw(_ rows: Range<Int>) throws(SpoolError) -> [UInt8] {
        let size = type.size
        guard isByColumns else {
            let row = volume * size
            return try bytes.bytes(start + rows.lowerBound * row..<start + rows.upperBound * row)
        }
        // The rows of one place lie side by side; the place's first index varies fastest.
        var output = [UInt8](repeating: 0, count: rows.count * volume * size)
        var index = [Int](repeating: 0, count: shape.count - 1)
        for place in 0..<volume {
            var (offset, stride) = (0, shape[0])
            for axis in index.indices {
                offset += index[axis] * stride
                stride *= shape[axis + 1]
            }
            let first = start + (offset + rows.lowerBound) * size
            let run = try bytes.bytes(first..<first + rows.count * size)
            for row in 0..<rows.count {
                let target = (row * volume + place) * size
                for byte in 0..<size { output[target + byte] = run[row * size + byte] }
            }
            for axis in index.indices.reversed() {
                index[axis] += 1
                guard index[axis] == shape[axis + 1] else { break }
                index[axis] = 0
            }
        }
        return output
    }

    /// The numbers of some rows as 32-bit floats.
    func floats(_ rows: Range<Int>) throws(SpoolError) -> [Float] {
        let raw = try raw(rows)
        return [Float](unsafeUninitializedCapacity: rows.count * volume) { room, count in
            let output = UnsafeMutableBufferPointer(rebasing: room[..<(rows.count * volume)])
            raw.withUnsafeBytes { type.convert($0, to: output) }
            count = rows.count * volume
        }
    }

    /// The numbers of some rows of one axis as 64-bit floats.
    func doubles(_ rows: Range<Int>) throws(SpoolError) -> [Double] {
        guard type.kind == .float, type.size == 8 else {
            guard type.kind == .float else { return try integers(rows).map(Double.init) }
            return try floats(rows).map(Double.init)
        }
        return try bits(rows).map(Double.init(bitPattern:))
    }

    /// The whole numbers of some rows of one axis, of which 64 bits without a sign keep their bits.
    func integers(_ rows: Range<Int>) throws(SpoolError) -> [Int64] {
        let isSigned = type.kind == .signed
        let shift = 64 - 8 * type.size
        return try bits(rows).map { bits in
            isSigned ? Int64(bitPattern: bits << shift) >> shift : Int64(bitPattern: bits)
        }
    }

    private func bits(_ rows: Range<Int>) throws(SpoolError) -> [UInt64] {
        let raw = try raw(rows)
        let size = type.size
        return (0..<rows.count).map { row in
            let one = raw[row * size..<(row + 1) * size]
            return type.isBigEndian
                ? one.reduce(0) { $0 << 8 | UInt64($1) } : one.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The dates of some rows, nil for NumPy's `NaT` and what no microsecond can say.
    func dates(_ rows: Range<Int>) throws(SpoolError) -> [Int64?] {
        let unit = dateUnit ?? 1
        return try integers(rows).map { count in
            guard count != .min else { return nil }
            if unit < 0 { return count / -unit - (count % -unit < 0 ? 1 : 0) }
            let (product, overflow) = count.multipliedReportingOverflow(by: unit)
            return overflow ? nil : product
        }
    }

    /// The words of some rows.
    ///
    /// - Throws: `DatasetFormatError.content` for bytes that are no text, or `SpoolError`.
    func words(_ rows: Range<Int>) throws -> [String] {
        let raw = try raw(rows)
        let size = type.size
        return try (0..<rows.count).map { row in
            let word = raw.withUnsafeBytes {
                type.word(UnsafeRawBufferPointer(rebasing: $0[row * size..<(row + 1) * size]))
            }
            guard let word else {
                throw DatasetFormatError.content(
                    place: "column \"\(name)\", record \(rows.lowerBound + row + 1)",
                    "expected text, found bytes that are none"
                )
            }
            return word
        }
    }
}

/// The words of an array as cells, so that their type is decided as that of any others.
struct ArrayWordCells: CellSource {
    let column: ArrayColumn
    /// Which of its rows.
    let rows: Range<Int>

    init(column: ArrayColumn, rows: Range<Int>? = nil) {
        (self.column, self.rows) = (column, rows ?? 0..<column.rows)
    }

    func forEachCells(checks: Bool, _ body: (CellBlock) throws -> Bool) throws {
        var row = rows.lowerBound
        let capacity = 4096
        while row < rows.upperBound {
            let words = try column.words(row..<min(row + capacity, rows.upperBound))
            var text: [UInt8] = [0x0A]
            var cells: [Cell] = []
            for word in words {
                var cell = Cell()
                cell.start = UInt32(text.count)
                text.append(contentsOf: word.utf8)
                cell.count = UInt32(text.count) - cell.start
                cell.kind = word.isEmpty ? .empty : .word
                cell.flags = Cell.isQuoted
                cells.append(cell)
            }
            let goesOn = try text.withUnsafeBufferPointer { bytes in
                // Not empty, so there is a base.
                guard let base = bytes.baseAddress else { return true }
                let block = CellBlock(width: 1, countsLines: false, base: base)
                (block.rows, block.firstRow) = (words.count, row)
                block.lines = Array(row + 1...row + words.count)
                for (place, cell) in cells.enumerated() { block.cells[place] = cell }
                return try body(block)
            }
            guard goesOn else { return }
            row += words.count
        }
    }
}
