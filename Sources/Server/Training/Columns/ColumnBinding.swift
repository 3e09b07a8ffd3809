import Features
import ModelStore

/// Which columns one input of a model takes, and how.
struct ColumnBinding: Sendable {
    /// The input.
    let input: RawInput
    /// The columns, by their place in the source.
    let columns: [Int]
    /// How many successive records a row takes; nil for one, without an axis of steps.
    let steps: Int?
    /// How many numbers of an array are left out at its end, since a row is a step shorter than what is stored.
    var lastStep = 0

    /// The value for a row.
    ///
    /// - Parameters:
    ///   - cells: The cells of each column.
    ///   - first: Where the row's records begin among the cells.
    /// - Returns: The value.
    /// - Throws: `FrontError` for a cell that the input can't take.
    func value(_ cells: [ColumnCells], from first: Int) throws(FrontError) -> FrontValue {
        let records = first..<first + (steps ?? 1)
        let shape = self.shape
        switch input.kind {
        case .float32:
            return numbers(cells, records, shape)
        case .int32:
            var integers: [Int] = []
            for record in records {
                for column in cells {
                    // Where one is missing, all are numbers, and the missing one isn't one.
                    guard let integer = column.integer(record) else { return numbers(cells, records, shape) }
                    integers.append(integer)
                }
            }
            return FrontValue(.integers(integers), shape)
        case .string:
            return FrontValue(.strings(records.flatMap { record in cells.map { $0.word(record) } }), shape)
        case .image, .audio:
            return try input.value(ofFile: cells[0].file(first))
        }
    }

    private func numbers(_ cells: [ColumnCells], _ records: Range<Int>, _ shape: [Int]) -> FrontValue {
        var numbers: [Float] = []
        numbers.reserveCapacity(records.count * columns.count)
        for record in records {
            for column in cells {
                let array = column.array(record)
                if array.isEmpty { numbers.append(column.float(record)) } else { numbers += array.dropLast(lastStep) }
            }
        }
        return FrontValue(.floats(numbers), extents(ofCount: numbers.count))
    }

    /// The extents of so many numbers; of an input with one open extent, as many as there are.
    private func extents(ofCount count: Int) -> [Int] {
        let known = input.shape.reduce(1) { $0 * ($1 ?? 1) }
        if input.shape.count(where: { $0 == nil }) == 1, known > 0, count % known == 0 {
            return input.shape.map { $0 ?? count / known }
        }
        let shape = self.shape
        return shape.isEmpty && count > 1 ? [count] : shape
    }

    /// The extents of a row; those of the input where they are known.
    private var shape: [Int] {
        let known = input.shape.compactMap { $0 }
        if known.count == input.shape.count { return known }
        return (steps.map { [$0] } ?? []) + (columns.count > 1 ? [columns.count] : [])
    }
}
