/// A column whose type is decided, and where its cells are.
struct DecidedColumn: Sendable {
    let column: TypedColumn
    /// The place of its cells in a row.
    let place: Int
    let parser: CellParser
    /// Its words, if it is a category.
    let words: WordTable?
    /// How often each of its values comes, if that is known and it is a category.
    var counts: WordTable?
}

/// The values of a table whose cells are read again whenever they are asked for.
struct CellTable: TableSource {
    let cells: any CellSource
    let columns: [DecidedColumn]
    /// How many rows are given; what follows in the cells is left out.
    let rows: Int

    func forEachBlock(rows limit: Int, _ body: ([ColumnValues]) throws -> Void) throws {
        var builders = columns.map(ColumnBuilder.init)
        var (held, done) = (0, 0)
        func flush() throws {
            guard held > 0 else { return }
            held = 0
            var values: [ColumnValues] = []
            values.reserveCapacity(builders.count)
            for place in builders.indices { values.append(builders[place].finish()) }
            try body(values)
        }
        try cells.forEachCells(checks: false) { block in
            var row = 0
            let count = min(block.rows, rows - done)
            while row < count {
                let end = min(row + limit - held, count)
                var byteCount = 0
                for place in builders.indices {
                    try builders[place].take(block, rows: row..<end)
                    byteCount += builders[place].byteCount
                }
                held += end - row
                row = end
                if held == limit || byteCount >= TypedTable.blockBytes { try flush() }
            }
            done += count
            return done < rows
        }
        try flush()
    }
}
