/// Cuts CSV bytes into records as they come (RFC 4180), holding no more than one record.
///
/// Quoted cells may hold separators, line breaks and doubled quotes; lines end with LF, CRLF or CR; a byte order mark is
/// skipped and so are empty lines. The separator is a comma, or another byte of ASCII. A quote within an unquoted cell is an ordinary character.
struct CSVScanner {
    /// The cells of one record, unquoted; each is followed by a separator or zero that is not part of it.
    struct Record {
        fileprivate(set) var text: [UInt8] = []
        /// Where each cell ends in `text`, before the byte that follows it.
        fileprivate(set) var ends: [Int] = []
        /// The line on which the record begins, counted from 1.
        fileprivate(set) var line = 1

        var count: Int { ends.count }

        /// Whether nothing but blanks stands in it.
        var isBlank: Bool { (0..<count).allSatisfy(isBlank) }

        /// Whether nothing but blanks stands in a cell.
        func isBlank(_ cell: Int) -> Bool { text[range(of: cell)].allSatisfy { $0 == 0x20 || $0 == 0x09 } }

        func range(of cell: Int) -> Range<Int> { (cell == 0 ? 0 : ends[cell - 1] + 1)..<ends[cell] }

        /// The text of a cell; nil if it is not UTF-8.
        func string(of cell: Int) -> String? { String(validating: text[range(of: cell)], as: UTF8.self) }
    }

    /// The longest record, in bytes: a quote left open must not take in the whole upload.
    static let longestRecord = 16 << 20

    /// The most cells of a record, give or take those of the piece being read.
    static let mostCells = CellScanner.mostCells

    private enum State {
        case cellStart, plain, quoted, quoteSeen
    }

    private let separator: UInt8
    private var state = State.cellStart
    private var record = Record()
    private var line: Int
    private var skipsLineFeed = false
    private var wasQuoted = false
    /// What has come of a byte order mark, until it is sure.
    private var mark: [UInt8]? = []

    /// A scanner of cells between separators; `line` is the number of the first line.
    init(separator: UInt8 = UInt8(ascii: ","), line: Int = 1) {
        self.separator = separator
        self.line = line
        record.line = line
    }

    /// Reads `bytes`, and calls `body` with each record that ends in them.
    ///
    /// - Throws: `DatasetFormatError.content`, or what `body` throws.
    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Record) throws -> Void) throws {
        var rest = bytes[...]
        while var start = mark, let byte = rest.popFirst() {
            start.append(byte)
            let isMark = [0xEF, 0xBB, 0xBF].starts(with: start)
            mark = isMark && start.count < 3 ? start : nil
            if !isMark { try start.withUnsafeBufferPointer { try scan($0[...], body) } }
        }
        try scan(rest, body)
    }

    /// Ends the last record, if its line had no end.
    ///
    /// - Throws: `DatasetFormatError.content` for a quote left open, or what `body` throws.
    mutating func finish(_ body: (Record) throws -> Void) throws {
        if let start = mark {
            mark = nil
            try start.withUnsafeBufferPointer { try scan($0[...], body) }
        }
        if state == .quoted {
            throw fault("expected the closing quote of a cell, found the end of the file")
        }
        try endRecord(body)
    }

    private mutating func scan(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ body: (Record) throws -> Void) throws {
        let bytes = UnsafeBufferPointer(rebasing: bytes)
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            if skipsLineFeed {
                skipsLineFeed = false
                if byte == 0x0A {
                    place += 1
                    continue
                }
            }
            switch state {
            case .cellStart, .plain:
                let end = try scanCells(bytes, from: place)
                place = end
                guard end < bytes.count else { break }
                if bytes[end] == UInt8(ascii: "\"") {
                    state = .quoted
                    wasQuoted = true
                } else {
                    try endLine(bytes[end], body)
                }
                place += 1
            case .quoted:
                let end = bytes[place...].firstIndex(of: UInt8(ascii: "\"")) ?? bytes.count
                line += bytes[place..<end].count { $0 == 0x0A }
                try append(bytes[place..<end])
                if end < bytes.count { state = .quoteSeen }
                place = end + 1
            case .quoteSeen:
                switch byte {
                case UInt8(ascii: "\""):
                    try append(bytes[place..<place + 1])
                    state = .quoted
                case separator: endCell()
                case 0x0A, 0x0D: try endLine(byte, body)
                default:
                    throw fault("expected \(Self.name(of: separator)) or the end of the line after a closing quote")
                }
                place += 1
            }
        }
    }

    /// Takes in cells without quotes, and gives the place of the line break or opening quote that ends them.
    private mutating func scanCells(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws -> Int {
        let shift = record.text.count - start
        var isAtStart = state == .cellStart
        var place = start
        let separator = separator
        // Digits and letters lie behind all that ends a cell, for all separators but bars.
        let last = max(separator, UInt8(ascii: "\""))
        scan: while place < bytes.count {
            let byte = bytes[place]
            if byte > last {
                isAtStart = false
            } else if byte == separator {
                record.ends.append(place + shift)
                isAtStart = true
            } else if byte == 0x0A || byte == 0x0D || isAtStart && byte == UInt8(ascii: "\"") {
                break scan
            } else {
                isAtStart = false
            }
            place += 1
        }
        state = isAtStart ? .cellStart : .plain
        try append(bytes[start..<place])
        return place
    }

    private mutating func endLine(_ byte: UInt8, _ body: (Record) throws -> Void) throws {
        try endRecord(body)
        line += 1
        record.line = line
        skipsLineFeed = byte == 0x0D
    }

    private mutating func append(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) throws {
        guard record.text.count + bytes.count <= Self.longestRecord else {
            throw fault("a record of more than \(Self.longestRecord >> 20) MiB; is a quote left open?")
        }
        guard record.ends.count < Self.mostCells else {
            throw fault("a record of more than \(Self.mostCells) cells, the limit")
        }
        record.text.append(contentsOf: bytes)
    }

    private mutating func endCell() {
        record.ends.append(record.text.count)
        record.text.append(0)
        state = .cellStart
    }

    private mutating func endRecord(_ body: (Record) throws -> Void) throws {
        let isEmpty = record.ends.isEmpty && record.text.isEmpty && !wasQuoted
        endCell()
        if !isEmpty { try body(record) }
        wasQuoted = false
        record.text.removeAll(keepingCapacity: true)
        record.ends.removeAll(keepingCapacity: true)
    }

    private func fault(_ detail: String) -> DatasetFormatError {
        .content(place: record.line == line ? "line \(line)" : "lines \(record.line) to \(line)", detail)
    }

    private static func name(of separator: UInt8) -> String {
        switch separator {
        case UInt8(ascii: ","): "a comma"
        case UInt8(ascii: ";"): "a semicolon"
        case 0x09: "a tab"
        default: "a separator"
        }
    }
}
