import JSON

/// The records of spooled JSON: the lines of NDJSON, or the elements of an array, one at a time.
struct JSONRecords: Sendable {
    /// The longest record, in bytes.
    static let longest = 64 << 20

    let spool: SpooledBytes
    /// Whether each line is a record; else the text is one array of them.
    let areLines: Bool

    /// Gives each record, its number from 1, and its line from 1 (its number again, in an array).
    ///
    /// - Throws: `DatasetFormatError.content` for what isn't JSON, or what `body` throws.
    func forEach(_ body: (JSONValue, _ record: Int, _ line: Int) throws -> Bool) throws {
        let window = SpoolWindow(spool, from: 0, checksUTF8: false)
        try window.advance(by: 0)
        var place = window.count >= 3 && window.bytes[0] == 0xEF ? 3 : 0
        if areLines { return try forEachLine(window, place, body) }
        var record = 0
        var state = State.start
        while state != .end {
            guard let found = try next(window, &place, &state, record) else {
                try refill(window, &place, record)
                continue
            }
            guard !found.isEmpty else { continue }
            record += 1
            let document = try parse(window, found, "record \(record)")
            guard try body(document.root, record, record) else { return }
        }
    }

    private enum State { case start, value, valueOrEnd, comma, end }

    private func refill(_ window: SpoolWindow, _ place: inout Int, _ record: Int) throws {
        guard !window.isLast else {
            throw DatasetFormatError.content(
                place: "record \(record + 1)",
                "the JSON ends within an array or a record: it was cut short"
            )
        }
        guard window.count - place <= Self.longest else { throw Self.tooLong("record \(record + 1)") }
        try window.advance(by: place)
        place = 0
    }

    private static func tooLong(_ place: String) -> DatasetFormatError {
        .content(place: place, "a record of more than \(longest >> 20) MiB, the limit")
    }

    /// Goes on to the end of the next value.
    ///
    /// - Returns: Where the value stands, or an empty range where something else was read; nil where more bytes are needed.
    private func next(
        _ window: SpoolWindow,
        _ place: inout Int,
        _ state: inout State,
        _ record: Int
    ) throws -> Range<Int>? {
        let bytes = window.bytes
        while place < window.count, Self.isBlank(bytes[place]) { place += 1 }
        guard place < window.count else {
            if state == .comma, window.isLast { try refill(window, &place, record) }
            return nil
        }
        let byte = bytes[place]
        switch state {
        case .start:
            guard byte == UInt8(ascii: "[") else { throw try fault(window, place, "expected [") }
            (place, state) = (place + 1, .valueOrEnd)
        case .comma:
            guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") else {
                throw try fault(window, place, "expected a comma or ] after record \(record)")
            }
            (place, state) = (place + 1, byte == UInt8(ascii: ",") ? .value : .end)
            if state == .end { try checkEnd(window, place) }
        case .valueOrEnd where byte == UInt8(ascii: "]"):
            (place, state) = (place + 1, .end)
            try checkEnd(window, place)
        case .value, .valueOrEnd:
            guard let end = Self.end(ofValueAt: place, bytes, window.count, isLast: window.isLast) else { return nil }
            guard end > place else { throw try fault(window, place, "expected a value") }
            let range = place..<end
            (place, state) = (end, .comma)
            return range
        case .end: break
        }
        return 0..<0
    }

    private func checkEnd(_ window: SpoolWindow, _ start: Int) throws {
        var place = start
        while true {
            while place < window.count, Self.isBlank(window.bytes[place]) { place += 1 }
            guard place == window.count else { throw try fault(window, place, "expected the end after the array") }
            if window.isLast { return }
            try window.advance(by: place)
            place = 0
        }
    }

    private func fault(_ window: SpoolWindow, _ place: Int, _ detail: String) throws -> DatasetFormatError {
        let byte = window.offset + place
        let line = try UTF8Check.line(ofByte: byte, in: spool)
        return .content(place: "line \(line), byte \(byte)", "not JSON: \(detail)")
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// Where a value ends; nil where the bytes end before.
    static func end(ofValueAt start: Int, _ bytes: UnsafePointer<UInt8>, _ count: Int, isLast: Bool) -> Int? {
        var depth = 0
        var place = start
        while place < count {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "\""):
                place += 1
                while place < count, bytes[place] != UInt8(ascii: "\"") {
                    place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard place < count else { return nil }
                if depth == 0 { return place + 1 }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return place }
                depth -= 1
                if depth == 0 { return place + 1 }
            case UInt8(ascii: ",") where depth == 0: return place
            default: if depth == 0, isBlank(byte) { return place }
            }
            place += 1
        }
        return isLast && depth == 0 ? count : nil
    }

    // MARK: Lines

    private func forEachLine(
        _ window: SpoolWindow,
        _ start: Int,
        _ body: (JSONValue, Int, Int) throws -> Bool
    ) throws {
        var (place, line, record) = (start, 0, 0)
        while true {
            var end = place
            while end < window.count, window.bytes[end] != 0x0A { end += 1 }
            if end == window.count, !window.isLast {
                guard window.count - place <= Self.longest else { throw Self.tooLong("line \(line + 1)") }
                try window.advance(by: place)
                place = 0
                continue
            }
            line += 1
            var from = place
            while from < end, Self.isBlank(window.bytes[from]) { from += 1 }
            if from < end {
                record += 1
                let document = try parse(window, from..<end, "line \(line)")
                guard try body(document.root, record, line) else { return }
            }
            guard end < window.count else { return }
            place = end + 1
        }
    }

    private func parse(_ window: SpoolWindow, _ range: Range<Int>, _ place: String) throws -> JSONDocument {
        let bytes = Array(UnsafeBufferPointer(start: window.bytes + range.lowerBound, count: range.count))
        do throws(JSONSyntaxError) {
            return try JSONDocument(parsing: bytes)
        } catch {
            let byte = window.offset + range.lowerBound + error.offset
            let line = try UTF8Check.line(ofByte: byte, in: spool)
            let at = "line \(line)" == place ? place : "\(place), line \(line)"
            throw DatasetFormatError.content(
                place: "\(at), byte \(byte)",
                "not JSON: \(error.detail)\(Self.hint(bytes, error.offset))"
            )
        }
    }

    /// What to do about numbers that JSON lacks.
    private static func hint(_ bytes: [UInt8], _ offset: Int) -> String {
        let rest = bytes[min(offset, bytes.count)...].prefix(9)
        let isNumber = ["NaN", "Infinity", "-Infinity", "nan", "inf"].contains { rest.starts(with: $0.utf8) }
        return isNumber ? "; JSON has no NaN and no infinity: write null for a missing value" : ""
    }
}
