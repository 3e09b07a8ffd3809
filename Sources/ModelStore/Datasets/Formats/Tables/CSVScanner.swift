/// Cuts CSV bytes into records as they come (RFC 4180), holding no more than one record.
///
/// Quoted cells may hold commas, line breaks and doubled quotes; lines end with LF, CRLF or CR; a byte order mark is
/// skipped and so are empty lines. A quote within an unquoted cell is an ordinary character.
struct CSVScanner {
    /// The cells of one record, unquoted; each is followed by a zero byte that is not part of it.
    struct Record {
        fileprivate(set) var text: [UInt8] = []
        /// Where each cell ends in `text`, before its zero byte.
        fileprivate(set) var ends: [Int] = []
        /// The line on which the record begins, counted from 1.
        fileprivate(set) var line = 1

        var count: Int { ends.count }

        func range(of cell: Int) -> Range<Int> { (cell == 0 ? 0 : ends[cell - 1] + 1)..<ends[cell] }

        /// The text of a cell; nil if it is not UTF-8.
        func string(of cell: Int) -> String? { String(validating: text[range(of: cell)], as: UTF8.self) }
    }

    /// The longest record, in bytes: a quote left open must not take in the whole upload.
    static let longestRecord = 16 << 20

    private enum State {
        case cellStart, plain, quoted, quoteSeen
    }

    private var state = State.cellStart
    private var record = Record()
    private var line = 1
    private var skipsLineFeed = false
    private var wasQuoted = false
    /// What has come of a byte order mark, until it is sure.
    private var mark: [UInt8]? = []

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
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let byte = bytes[place]
            switch state {
            case .cellStart, .plain:
                if state == .cellStart, byte == UInt8(ascii: "\"") {
                    state = .quoted
                    wasQuoted = true
                    skipsLineFeed = false
                    place += 1
                } else if try !separator(byte, body) {
                    state = .plain
                    let end = bytes[place...].firstIndex { $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D }
                    try append(bytes[place..<(end ?? bytes.endIndex)])
                    place = end ?? bytes.endIndex
                } else {
                    place += 1
                }
            case .quoted:
                let end = bytes[place...].firstIndex(of: UInt8(ascii: "\"")) ?? bytes.endIndex
                line += bytes[place..<end].count { $0 == 0x0A }
                try append(bytes[place..<end])
                if end < bytes.endIndex { state = .quoteSeen }
                place = end + 1
            case .quoteSeen:
                if byte == UInt8(ascii: "\"") {
                    try append(bytes[place..<place + 1])
                    state = .quoted
                } else if try !separator(byte, body) {
                    throw fault("expected a comma or the end of the line after a closing quote")
                }
                place += 1
            }
        }
    }

    /// Handles a byte that ends a cell or a line; false for any other.
    private mutating func separator(_ byte: UInt8, _ body: (Record) throws -> Void) throws -> Bool {
        switch byte {
        case UInt8(ascii: ","): endCell()
        case 0x0D:
            try endRecord(body)
            line += 1
            record.line = line
            skipsLineFeed = true
            return true
        case 0x0A where skipsLineFeed: break
        case 0x0A:
            try endRecord(body)
            line += 1
            record.line = line
        default:
            skipsLineFeed = false
            return false
        }
        skipsLineFeed = false
        return true
    }

    private mutating func append(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) throws {
        guard record.text.count + bytes.count <= Self.longestRecord else {
            throw fault("a record of more than \(Self.longestRecord >> 20) MiB; is a quote left open?")
        }
        record.text.append(contentsOf: bytes)
    }

    private mutating func endCell() {
        record.ends.append(record.text.count)
        record.text.append(0)
        state = .cellStart
        wasQuoted = false
    }

    private mutating func endRecord(_ body: (Record) throws -> Void) throws {
        let isEmpty = record.ends.isEmpty && record.text.isEmpty && !wasQuoted
        endCell()
        if !isEmpty { try body(record) }
        record.text.removeAll(keepingCapacity: true)
        record.ends.removeAll(keepingCapacity: true)
        record.line = line
    }

    private func fault(_ detail: String) -> DatasetFormatError {
        .content(place: record.line == line ? "line \(line)" : "lines \(record.line) to \(line)", detail)
    }
}
