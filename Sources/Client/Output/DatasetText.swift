internal import JSON

/// A dataset's summary as people read it: figures, then a line a column.
enum DatasetText {
    /// Writes it, or the summary itself where JSON is asked for.
    static func write(_ dataset: JSONValue, to output: Output) throws(Failure) {
        guard !output.isJSON else { return try output.json(dataset) }
        var pairs = [("dataset", Table.Cell(dataset.text("name") ?? ""))]
        if let kind = dataset.text("kind") { pairs.append(("kind", Table.Cell(kind))) }
        for (name, key) in [("rows", "rows"), ("test rows", "test_rows")] {
            if let count = dataset[key] { pairs.append((name, Table.Cell(count.line))) }
        }
        let targets = dataset["defaults"]?.list("targets").compactMap { try? $0.string() } ?? []
        if !targets.isEmpty { pairs.append(("target", Table.Cell(targets.joined(separator: ", ")))) }
        if let size = dataset.number("bytes") { pairs.append(("size", Table.Cell(Figures.bytes(size)))) }
        if let sum = dataset.text("sha256") { pairs.append(("sha256", Table.Cell(sum))) }
        for note in dataset.list("notes").compactMap({ try? $0.string() }) { pairs.append(("note", Table.Cell(note))) }
        try output.table(Table(pairs: pairs))
        var columns = Table("column", "type", "missing", "distinct", "min", "max", "mean", "std")
        for column in dataset.list("columns") {
            columns.add(
                [Table.Cell(column.text("name") ?? ""), Table.Cell(column.text("type") ?? "")]
                    + ["missing", "distinct", "min", "max", "mean", "std"].map { key in
                        // The bounds of dates are texts.
                        column.text(key).map { Table.Cell($0, isNumber: true) } ?? .number(column.number(key))
                    }
            )
        }
        try output.line("")
        try output.table(columns)
    }
}
