/// The cells of a spooled table of text, below its header.
struct CSVCells: CellSource {
    let spool: SpooledBytes
    let separator: UInt8
    /// Where the first record below the header begins.
    let start: Int
    /// Its line, from 1.
    let firstLine: Int
    /// How many records stand before it.
    let recordsBefore: Int
    /// How many cells a record has, and how many it must have: the columns at the end without a name may be left out.
    let width: Int
    let leastWidth: Int

    func forEachCells(checks: Bool, _ body: (CellBlock) throws -> Bool) throws {
        let window = SpoolWindow(spool, from: start, checksUTF8: checks)
        try window.advance(by: 0)
        var scanner = CellScanner(separator: separator)
        scanner.line = firstLine
        scanner.records = recordsBefore
        let block = CellBlock(width: width, countsLines: true, base: window.bytes)
        block.recordsBefore = recordsBefore
        var row = 0
        while true {
            block.base = window.bytes
            block.firstRow = row
            let needsMore = try fill(block, &scanner, window)
            if block.rows > 0 {
                guard try body(block) else { return }
                row += block.rows
            }
            if needsMore {
                if window.isLast { return }
                guard window.count - scanner.place <= CellScanner.longestRecord else {
                    throw DatasetFormatError.content(
                        place: "line \(scanner.line)",
                        "a record of more than \(CellScanner.longestRecord >> 20) MiB, the limit"
                    )
                }
                try window.advance(by: scanner.place)
                scanner.restart()
            }
        }
    }

    /// Fills a block with records.
    ///
    /// - Returns: Whether the bytes of the window are used up but for the beginning of a record.
    private func fill(_ block: CellBlock, _ scanner: inout CellScanner, _ window: SpoolWindow) throws -> Bool {
        let (bytes, count, isLast) = (window.bytes, window.count, window.isLast)
        let capacity = block.capacity
        block.rows = 0
        block.lines.removeAll(keepingCapacity: true)
        var rows = 0
        defer { block.rows = rows }
        while rows < capacity {
            guard scanner.place < count else { return true }
            let line = scanner.line
            let room = UnsafeMutableBufferPointer(rebasing: block.cells[rows * width..<(rows + 1) * width])
            guard let found = try scanner.record(bytes, count, isLast: isLast, into: room) else { return true }
            guard found > 0 else { continue }
            if found < width {
                guard found >= leastWidth else { throw scanner.wrongCount(found, expected: width, line: line) }
                for column in found..<width { room[column] = Cell() }
            }
            block.lines.append(line)
            scanner.records += 1
            rows += 1
        }
        return false
    }
}
