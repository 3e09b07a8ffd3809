/// Curves over a common axis, drawn with characters: the first as a line of braille dots, others by a mark of their own,
/// so that they can be told apart without colours.
struct Chart {
    /// A curve.
    struct Curve {
        /// Its name in the legend.
        let name: String
        /// Its values, one after the other; nil where one isn't finite.
        var values: [Double?] = []
    }

    /// How many columns all of it takes.
    let width: Int
    /// How many lines the curves have, without axis and legend.
    let height: Int
    /// Whether more than ASCII can be shown.
    let isUnicode: Bool

    /// The marks of the curves behind the first.
    private static let marks = ["×", "o", "+"]
    private static let colours: [Colour] = [.cyan, .yellow, .green, .red]

    /// The lines: the curves with their scale, the axis, the legend; none where there is nothing to show.
    ///
    /// - Parameters:
    ///   - curves: The curves, of which the first has the most values.
    ///   - colour: Gives a text a colour where there are colours.
    /// - Returns: `height + 2` lines of at most `width` columns, or none.
    func lines(_ curves: [Curve], colour: (String, Colour?) -> String) -> [String] {
        let count = curves.map(\.values.count).max() ?? 0
        guard let scale = Scale(curves.flatMap(\.values).compactMap { $0 }) else { return [] }
        let labels = [scale.greatest, (scale.least + scale.greatest) / 2, scale.least].map(Figures.text)
        let gutter = labels.map(PrintableText.width).max() ?? 0
        let columns = width - gutter - 2
        guard columns > 1 else { return [] }
        var canvas = Canvas(columns: columns, rows: height, isUnicode: isUnicode)
        for (number, curve) in curves.enumerated().prefix(Self.marks.count + 1) {
            let mark = number == 0 ? nil : Self.mark(number, isUnicode)
            canvas.draw(curve.values, of: count, scale, number: number, mark: mark)
        }
        var lines: [String] = []
        for row in 0..<height {
            let label = row == 0 ? labels[0] : row == height - 1 ? labels[2] : row == height / 2 ? labels[1] : ""
            let pad = String(repeating: " ", count: gutter - PrintableText.width(label))
            lines.append(
                "\(pad)\(label) \(isUnicode ? "│" : "|")\(canvas.text(row: row) { colour($0, Self.colours[$1]) })"
            )
        }
        lines.append(axis(gutter: gutter, columns: columns, count: count))
        lines.append(legend(curves, gutter: gutter, colour: colour))
        return lines
    }

    private func axis(gutter: Int, columns: Int, count: Int) -> String {
        let (first, last) = ("1", "\(count)")
        let between = max(1, columns - first.count - last.count)
        return String(repeating: " ", count: gutter + 1) + (isUnicode ? "└" : "+")
            + PrintableText.cut(first + String(repeating: isUnicode ? "─" : "-", count: between) + last, to: columns)
    }

    private func legend(_ curves: [Curve], gutter: Int, colour: (String, Colour?) -> String) -> String {
        var (text, taken) = (String(repeating: " ", count: gutter + 2), gutter + 2)
        for (number, curve) in curves.enumerated().prefix(Self.marks.count + 1) {
            let mark = number == 0 ? (isUnicode ? "⠤⠔" : "**") : Self.mark(number, isUnicode)
            let last = curve.values.last.map { $0.map(Figures.text) ?? "not finite" } ?? ""
            let words = PrintableText.line("\(curve.name) \(last)")
            let needed = PrintableText.width(mark) + 1 + PrintableText.width(words) + 2
            guard taken + needed <= width else { break }
            text += "\(colour(mark, Self.colours[number])) \(words)  "
            taken += needed
        }
        return text
    }

    private static func mark(_ number: Int, _ isUnicode: Bool) -> String {
        isUnicode ? marks[number - 1] : ["x", "o", "+"][number - 1]
    }
}

/// From what to what the values go.
private struct Scale {
    let least: Double
    let greatest: Double

    /// The range of finite values, widened where all are the same; nil where there are none.
    init?(_ values: [Double]) {
        guard let least = values.min(), let greatest = values.max() else { return nil }
        let margin = least == greatest ? max(abs(least) / 2, 0.5) : 0
        (self.least, self.greatest) = (least - margin, greatest + margin)
    }

    /// The line of dots, counted from above, on which a value lies.
    func line(of value: Double, of count: Int) -> Int {
        // Halves, since the difference of two finite numbers may not be finite.
        let share = (value / 2 - least / 2) / (greatest / 2 - least / 2)
        return min(count - 1, max(0, Int(((1 - share) * Double(count - 1)).rounded())))
    }
}

/// Cells of two by four dots, or of one character, each of one curve.
private struct Canvas {
    let columns: Int
    let rows: Int
    let isUnicode: Bool
    private var dots: [UInt8]
    private var marks: [String?]
    private var owners: [Int]

    /// The bit of a dot in a character of the braille block, by column and line (Unicode, U+2800).
    private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

    init(columns: Int, rows: Int, isUnicode: Bool) {
        (self.columns, self.rows, self.isUnicode) = (columns, rows, isUnicode)
        dots = Array(repeating: 0, count: columns * rows)
        marks = Array(repeating: nil, count: columns * rows)
        owners = Array(repeating: 0, count: columns * rows)
    }

    /// Draws a curve.
    ///
    /// A column has what lies between the least and the greatest of its values, joined to the column before, or a mark at
    /// the last of them.
    mutating func draw(_ values: [Double?], of count: Int, _ scale: Scale, number: Int, mark: String?) {
        let (across, down) = isUnicode && mark == nil ? (2, 4) : (1, 1)
        let (width, height) = (columns * across, rows * down)
        var before: (x: Int, y: Int)?
        for range in Self.pieces(of: count, at: width) {
            let found = range.clamped(to: 0..<values.count).compactMap { values[$0] }
            guard let last = found.last, let least = found.min(), let greatest = found.max() else {
                before = nil
                continue
            }
            let x = count > 1 ? range.lowerBound * (width - 1) / (count - 1) : 0
            let y = scale.line(of: last, of: height)
            defer { before = (x, y) }
            if let mark {
                set(x, y, mark, number)
                continue
            }
            let (top, bottom) = (scale.line(of: greatest, of: height), scale.line(of: least, of: height))
            for line in top...bottom { dot(x, line, across, down, number) }
            guard let before else { continue }
            for step in 1..<max(x - before.x, abs(y - before.y), 2) {
                let share = Double(step) / Double(max(x - before.x, abs(y - before.y), 2))
                let between = (
                    x: before.x + Int((Double(x - before.x) * share).rounded()),
                    y: before.y + Int((Double(y - before.y) * share).rounded())
                )
                dot(between.x, between.y, across, down, number)
            }
        }
    }

    /// The values in pieces, one a column, or one a value where there are fewer values.
    private static func pieces(of count: Int, at columns: Int) -> [Range<Int>] {
        guard count > columns else { return (0..<count).map { $0..<$0 + 1 } }
        return (0..<columns).map { $0 * count / columns..<($0 + 1) * count / columns }
    }

    private mutating func dot(_ x: Int, _ y: Int, _ across: Int, _ down: Int, _ number: Int) {
        guard isUnicode else { return set(x, y, "*", number) }
        let cell = y / down * columns + x / across
        dots[cell] |= Self.bits[x % across][y % down]
        if marks[cell] == nil { owners[cell] = number }
    }

    private mutating func set(_ x: Int, _ y: Int, _ mark: String, _ number: Int) {
        marks[y * columns + x] = mark
        owners[y * columns + x] = number
    }

    /// A line of cells, in runs of one curve each.
    func text(row: Int, colour: (String, Int) -> String) -> String {
        var (text, run, owner): (String, String, Int?) = ("", "", nil)
        func flush() -> String { owner.map { colour(run, $0) } ?? run }
        for column in 0..<columns {
            let cell = row * columns + column
            let character = marks[cell] ?? (dots[cell] == 0 ? " " : braille(dots[cell]))
            let own = character == " " ? nil : owners[cell]
            if own != owner {
                text += flush()
                (run, owner) = ("", own)
            }
            run += character
        }
        return text + flush()
    }

    private func braille(_ dots: UInt8) -> String {
        // Every value of a byte behind U+2800 is a character of the block.
        Unicode.Scalar(0x2800 + UInt32(dots)).map { String(Character($0)) } ?? " "
    }
}
