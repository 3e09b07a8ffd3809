/// Rows under a heading, in columns as wide as what stands in them.
struct Table: Sendable {
    /// A cell.
    struct Cell: Sendable, ExpressibleByStringLiteral {
        /// What stands in it.
        let text: String
        /// Whether it stands at the right, as numbers do.
        var isNumber = false
        /// Its colour, where there are colours.
        var colour: Colour?

        /// A cell with a text, made printable.
        init(_ text: String, isNumber: Bool = false, colour: Colour? = nil) {
            self.text = PrintableText.line(text)
            self.isNumber = isNumber
            self.colour = colour
        }

        init(stringLiteral text: String) { self.init(text) }

        /// A cell with a number of four significant digits; empty where there is none.
        static func number(_ value: Double?) -> Cell { Cell(value.map(Figures.text) ?? "", isNumber: true) }
    }

    /// The columns' names; nil for a table without a heading.
    let heading: [String]?
    /// The rows, each with as many cells as there are columns.
    private(set) var rows: [[Cell]] = []

    private static let gap = 2

    /// A table without rows.
    init(_ heading: String...) { self.init(heading: heading) }

    /// A table without rows.
    init(heading: [String]) { self.heading = heading }

    /// A table of names and values, which needs no heading.
    init(pairs: [(String, Cell)]) {
        heading = nil
        rows = pairs.map { [Cell($0, colour: .bold), $1] }
    }

    /// Adds a row.
    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// Its lines, no wider than so many columns of characters where there is a bound.
    ///
    /// Cells are cut to fit, the widest first; columns that would have less than three characters are left out.
    func text(width: Int?, colours: Bool) -> String {
        var lines = rows
        if let heading {
            lines.insert(
                heading.enumerated().map { index, name in
                    Cell(name, isNumber: rows.first?[index].isNumber ?? false, colour: .bold)
                },
                at: 0
            )
        }
        let widths = widths(of: lines, within: width)
        return lines.map { line($0, widths: widths, colours: colours) + "\n" }.joined()
    }

    private func widths(of lines: [[Cell]], within limit: Int?) -> [Int] {
        guard let columns = lines.first?.count else { return [] }
        var widths = (0..<columns).map { column in lines.map { PrintableText.width($0[column].text) }.max() ?? 0 }
        guard let limit else { return widths }
        // Columns that have less than three characters say nothing any more.
        while widths.count > 1, widths.count * 3 + (widths.count - 1) * Self.gap > limit,
            widths.reduce(0, +) + (widths.count - 1) * Self.gap > limit
        {
            widths.removeLast()
        }
        var excess = widths.reduce(0, +) + (widths.count - 1) * Self.gap - limit
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 1 {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], widths: [Int], colours: Bool) -> String {
        var line = ""
        for (index, (cell, width)) in zip(cells, widths).enumerated() {
            let text = PrintableText.cut(cell.text, to: width)
            let padding = String(repeating: " ", count: max(0, width - PrintableText.width(text)))
            let shown = colours ? (cell.colour?.around(text) ?? text) : text
            let isLast = index == widths.count - 1
            line += cell.isNumber ? padding + shown : shown + (isLast ? "" : padding)
            if !isLast { line += String(repeating: " ", count: Self.gap) }
        }
        // Empty cells at the end leave no blanks behind.
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}
