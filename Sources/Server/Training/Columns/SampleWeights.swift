import JSON
import ModelStore
import NN

/// How much rows count, or each of their steps, by a column.
struct SampleWeights: Sendable {
    /// The column's place in the source.
    let column: Int
    /// The steps of a row that have a weight each; `[]` where a row has one.
    let shape: Shape
    /// How many numbers of a row are left out at its begin, since its targets lose their first step.
    private let skipped: Int

    private static let pieceRecords = 65_536

    /// Checks a column of weights.
    ///
    /// - Parameters:
    ///   - column: Its place.
    ///   - source: Where it is.
    ///   - shiftedSteps: The steps of a row's targets before they lost the first one; nil where they didn't.
    /// - Throws: `FaultyInput` for what is no number of at least 0, with the first such row.
    init(_ column: Int, of source: any ColumnSource, shiftedSteps: Int?) throws {
        self.column = column
        let found = source.columns[column]
        func fault(_ detail: String) -> FaultyInput {
            FaultyInput(Fault(pointer: "/sample_weight", detail: "the column \"\(found.name)\": \(detail)"))
        }
        guard [.number, .integer, .boolean, .array].contains(found.kind) else {
            throw fault("expected numbers, how much each row counts, found \(found.kind.words)")
        }
        let dropsFirst = shiftedSteps != nil && found.shape.first == shiftedSteps
        skipped = dropsFirst ? found.shape.dropFirst().reduce(1, *) : 0
        shape = Shape(dropsFirst ? [found.shape[0] - 1] + found.shape.dropFirst() : found.shape)
        for begin in stride(from: 0, to: source.records, by: Self.pieceRecords) {
            let records = Array(begin..<min(begin + Self.pieceRecords, source.records))
            let cells = ColumnCells(try source.values(column: column, records: records))
            for row in records.indices {
                let numbers = found.kind == .array ? cells.array(row) : [cells.float(row)]
                guard let bad = numbers.first(where: { !($0 >= 0 && $0.isFinite) }) else { continue }
                let value = bad.isNaN ? "nothing" : "\(bad)"
                throw fault("row \(begin + row): expected a number of at least 0, found \(value)")
            }
        }
    }

    /// Copies the weights of rows, one after the other.
    func write(_ cells: ColumnCells, rows: Int, to weights: UnsafeMutablePointer<Float>) {
        guard shape.rank > 0 else {
            for row in 0..<rows { weights[row] = cells.float(row) }
            return
        }
        var place = 0
        for row in 0..<rows {
            for number in cells.array(row).dropFirst(skipped) {
                weights[place] = number
                place += 1
            }
        }
    }
}
