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

    /// How many numbers a row has.
    var width: Int { stored.shape.volume }

    /// Writes the numbers of a row, of the records that they are of, one a horizon.
    func write(_ cells: [ColumnCells], from first: Int, to numbers: UnsafeMutablePointer<Float>) {
        var place = 0
        for record in first..<first + (horizons?.count ?? 1) {
            for column in cells {
                let array = column.array(record)
                if !array.isEmpty {
                    for number in array {
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
}
