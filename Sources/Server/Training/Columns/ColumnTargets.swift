import Features
import ModelStore
import NN

/// What one output of a model learns, from columns.
struct ColumnTarget: Sendable {
    /// The columns, by their place in the source.
    let columns: [Int]
    /// What it is to losses.
    let stored: StoredTarget
    /// The number of each class's word; nil for numbers.
    let classes: [String: Int]?
    /// How many records behind the last of a window each value lies; nil for the row's own record.
    let horizons: [Int]?
    /// How many numbers of an array are left out at its begin, since targets are a step later than inputs.
    var firstStep = 0

    /// Whether a text is the row of its characters' numbers, zeros behind the last.
    var isSpelled = false

    /// Whether a class is a row of zeros with a 1 in its place.
    var isOneHot = false

    /// Whether the model's front gives the numbers, rather than the columns.
    var isOfFront = false

    /// How many numbers a row has.
    var width: Int { stored.shape.volume }

    /// Writes the numbers of a row, of the records that they are of, one a horizon.
    func write(_ cells: [ColumnCells], from first: Int, to numbers: UnsafeMutablePointer<Float>) {
        guard !isOfFront else { return }
        guard !isSpelled else { return spell(cells[0].word(first), to: numbers) }
        guard !isOneHot else { return writeOneHot(cells[0], first, to: numbers) }
        var place = 0
        for record in first..<first + (horizons?.count ?? 1) {
            for column in cells {
                let array = column.array(record)
                if !array.isEmpty {
                    for number in array.dropFirst(firstStep) {
                        numbers[place] = number
                        place += 1
                    }
                    continue
                }
                numbers[place] = classes.map { Float($0[column.word(record)] ?? -1) } ?? column.float(record)
                place += 1
            }
        }
    }

    private func writeOneHot(_ cells: ColumnCells, _ record: Int, to numbers: UnsafeMutablePointer<Float>) {
        numbers.update(repeating: 0, count: width)
        let number = classes.map { $0[cells.word(record)] } ?? Int(exactly: cells.float(record))
        if let number, (0..<width).contains(number) { numbers[number] = 1 }
    }

    private func spell(_ text: String, to numbers: UnsafeMutablePointer<Float>) {
        numbers.update(repeating: 0, count: width)
        for (place, character) in text.unicodeScalars.enumerated() {
            numbers[place] = Float(classes?[String(character)] ?? -1)
        }
    }

    /// The targets without their first step.
    ///
    /// - Parameter shape: The extents of a row as it is stored, of two steps at least.
    /// - Returns: What is learned then.
    func withoutFirstStep(_ shape: [Int]) -> ColumnTarget {
        let left = Shape([shape[0] - 1] + shape.dropFirst())
        let stored = StoredTarget(classes: stored.classes, labels: stored.labels, shape: left, gap: stored.gap)
        var shorter = ColumnTarget(columns: columns, stored: stored, classes: classes, horizons: horizons)
        shorter.firstStep = shape.dropFirst().reduce(1, *)
        return shorter
    }
}
