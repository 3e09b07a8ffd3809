import JSON

/// The cells of spooled JSON.
struct JSONCells: CellSource {
    /// Where the rows come from.
    enum Rows: Sendable {
        /// Records that are read one at a time.
        case records(JSONRecords)
        /// The same, one a line.
        case lines(JSONRecords)
        /// All of them.
        case held(JSONOrient)
    }

    let rows: Rows
    /// The columns, once they are known.
    var names: [String]
    /// Whether a row is told by its line.
    var countsLines: Bool

    func forEachCells(checks: Bool, _ body: (CellBlock) throws -> Bool) throws {
        _ = try walk(adding: { _ in }, body)
    }

    /// Gives the cells of all rows.
    ///
    /// - Parameters:
    ///   - adding: Is told each column that isn't in `names`, before the first row that has it.
    ///   - body: Takes a block.
    /// - Returns: The names of all columns.
    /// - Throws: `DatasetFormatError`, `SpoolError`, or what `body` throws.
    func walk(adding: (String) -> Void, _ body: (CellBlock) throws -> Bool) throws -> [String] {
        let filler = JSONFiller(names, countsLines: countsLines)
        var goesOn = true
        var lateColumns = 0
        func flush() throws {
            goesOn = try filler.flush(body)
        }
        func take(_ row: JSONOrient.Row, _ record: Int, _ line: Int) throws -> Bool {
            while let name = try filler.take(row, record, line) {
                // Earlier rows don't know of the column, and those at hand are a block of their own.
                if filler.hasRows {
                    lateColumns += 1
                    guard lateColumns <= JSONTable.mostLateColumns else {
                        throw DatasetFormatError.content(
                            place: "record \(record)",
                            "the key \"\(name)\" is new, as were those of \(JSONTable.mostLateColumns) records before, the "
                                + "limit; name every key in the first record, with null where it has no value"
                        )
                    }
                }
                try flush()
                guard filler.names.count < JSONTable.mostColumns else {
                    throw DatasetFormatError.content(
                        place: "record \(record)",
                        "more than \(JSONTable.mostColumns) columns, the limit"
                    )
                }
                filler.add(name)
                adding(name)
            }
            if filler.isFull { try flush() }
            return goesOn
        }
        switch rows {
        case .records(let records), .lines(let records):
            try records.forEach { value, record, line in
                switch value.kind {
                case .object: return try take(.object(value), record, line)
                case .array: return try take(.values(value.elements.map(Optional.some)), record, line)
                default: return try take(.values([value]), record, line)
                }
            }
        case .held(let orient):
            for name in orient.names where !names.contains(name) {
                filler.add(name)
                adding(name)
            }
            filler.isNamed = !orient.names.isEmpty
            filler.labels = orient.labels
            try orient.forEach { row, record in try take(row, record, record) }
        }
        if goesOn { try flush() }
        return filler.names
    }
}

/// Puts the values of JSON into blocks of cells.
private final class JSONFiller {
    /// From so many bytes on, a block is full.
    private static let blockBytes = 4 << 20

    private(set) var names: [String]
    /// Whether the values of rows without names have names.
    var isNamed = false
    /// The members of records that are left out.
    var labels: Set<String> = []
    private var places: [String: Int] = [:]
    private let block: CellBlock
    private var text: [UInt8] = []
    private var row = 0
    /// How many values a row without names has; nil until one has come.
    private var width: Int?
    private var hasObjects = false

    init(_ names: [String], countsLines: Bool) {
        self.names = names
        // The block has no cells until it is flushed, where it is told where its bytes are.
        let nowhere = UnsafePointer<UInt8>(bitPattern: 1)
        guard let nowhere else { preconditionFailure("1 is no null pointer") }
        block = CellBlock(width: names.count, countsLines: countsLines, base: nowhere)
        for (place, name) in names.enumerated() { places[name] = place }
    }

    /// Adds a column; the block has no rows then.
    func add(_ name: String) {
        places[name] = names.count
        names.append(name)
        if names.count > block.width { block.widen(to: max(names.count, block.width * 2)) }
    }

    /// Whether rows have come that nobody has been given yet.
    var hasRows: Bool { block.rows > 0 }

    var isFull: Bool { block.rows == block.capacity || text.count + 4 * block.arrays.count >= Self.blockBytes }

    /// Gives the rows that have come.
    func flush(_ body: (CellBlock) throws -> Bool) throws -> Bool {
        guard block.rows > 0 else { return true }
        defer {
            row += block.rows
            block.rows = 0
            text.removeAll(keepingCapacity: true)
            block.lines.removeAll(keepingCapacity: true)
            block.arrays.removeAll(keepingCapacity: true)
            block.shapes.removeAll(keepingCapacity: true)
        }
        block.firstRow = row
        if text.isEmpty { text.append(0x0A) }
        return try text.withUnsafeBufferPointer { bytes in
            // Not empty, so there is a base.
            guard let base = bytes.baseAddress else { return true }
            block.base = base
            return try body(block)
        }
    }

    /// Takes a row; or returns the name of a column that isn't known yet, and takes nothing.
    func take(_ row: JSONOrient.Row, _ record: Int, _ line: Int) throws -> String? {
        let start = block.rows * block.width
        let textBefore = text.count
        for column in 0..<block.width { block.cells[start + column] = Cell() }
        let unknown: String?
        switch row {
        case .object(let object):
            hasObjects = true
            if width != nil { throw mixed(record) }
            unknown = try takeMembers(of: object, "", start, record)
        case .values(let values):
            if hasObjects { throw mixed(record) }
            if !isNamed {
                guard width ?? values.count == values.count else {
                    throw DatasetFormatError.content(
                        place: "record \(record)",
                        "expected \(width ?? 0) values, as many as the first record has, found \(values.count)"
                    )
                }
                width = values.count
            }
            unknown = try takeValues(values, start, record)
        }
        guard unknown == nil else {
            text.removeSubrange(textBefore...)
            return unknown
        }
        block.lines.append(line)
        block.rows += 1
        return nil
    }

    private func mixed(_ record: Int) -> DatasetFormatError {
        .content(place: "record \(record)", "some records are objects and others are not; all must be of one kind")
    }

    private func takeMembers(of object: JSONValue, _ prefix: String, _ start: Int, _ record: Int) throws -> String? {
        for (key, value) in object.members where !prefix.isEmpty || !labels.contains(key) {
            let name = prefix.isEmpty ? key : "\(prefix).\(key)"
            if value.kind == .object, Base64File.text(value) == nil {
                if let unknown = try takeMembers(of: value, name, start, record) { return unknown }
                continue
            }
            guard let place = places[name] else { return name }
            try set(start + place, value, name, record)
        }
        return nil
    }

    private func takeValues(_ values: [JSONValue?], _ start: Int, _ record: Int) throws -> String? {
        for (place, value) in values.enumerated() {
            guard place < names.count else { return "column_\(place + 1)" }
            guard let value else { continue }
            guard value.kind != .object || Base64File.text(value) != nil else {
                throw DatasetFormatError.content(
                    place: "record \(record), column \"\(names[place])\"",
                    "expected a value, found an object; records with objects in them are sent as [{…}, …]"
                )
            }
            try set(start + place, value, names[place], record)
        }
        return nil
    }

    private func set(_ place: Int, _ value: JSONValue, _ name: String, _ record: Int) throws {
        var cell = Cell()
        switch value.kind {
        case .null: break
        case .object:
            guard let encoded = Base64File.text(value) else { break }
            let bytes: [UInt8]
            do throws(Fault) {
                bytes = try Base64File.bytes(encoded)
            } catch {
                throw DatasetFormatError.content(place: "record \(record), column \"\(name)\"", error.detail)
            }
            (cell.kind, cell.start, cell.count) = (.file, UInt32(text.count), UInt32(bytes.count))
            text.append(contentsOf: bytes)
        case .bool:
            let isTrue = (try? value.bool()) == true
            (cell.kind, cell.mantissa) = (.truth, isTrue ? 1 : 0)
            append(isTrue ? "true" : "false", to: &cell)
        case .string:
            append((try? value.string()) ?? "", to: &cell)
            cell.kind = cell.count == 0 ? .empty : .word
            cell.flags = Cell.isQuoted
        case .number:
            let start = text.count
            text.append(contentsOf: value.sourceBytes)
            // Something that no number goes on with, as much of it as is looked at together.
            text.append(contentsOf: repeatElement(0x0A, count: 8))
            text.withUnsafeBufferPointer { bytes in
                var end = start
                if let base = bytes.baseAddress { CellScanner.number(base, from: start, &cell, &end) }
            }
            text.removeLast(7)
        case .array:
            do throws(Fault) {
                let tensor = try value.readTensor()
                cell.kind = .array
                cell.start = UInt32(block.arrays.count)
                cell.count = UInt32(tensor.values.count)
                if block.shapes.last != tensor.shape { block.shapes.append(tensor.shape) }
                cell.exponent = Int16(clamping: block.shapes.count - 1)
                block.arrays += tensor.values
            } catch {
                throw DatasetFormatError.content(
                    place: "record \(record), column \"\(name)\"",
                    "\(error.detail); an array of a column has numbers alone, and all of its arrays the same extents"
                )
            }
        }
        block.cells[place] = cell
    }

    private func append(_ word: String, to cell: inout Cell) {
        cell.start = UInt32(text.count)
        text.append(contentsOf: word.utf8)
        cell.count = UInt32(text.count) - cell.start
    }
}
