import ModelStore

/// The rows of a training, as places in a sequence of records: each row is a record, or a window of successive ones.
struct RowSequence: Sendable {
    /// The records in the order of the sequence; windows are successive in it.
    var records: [UInt32]
    /// Where each row begins.
    var starts: [UInt32]
    /// How many records a row's inputs take.
    var steps = 1
    /// How far behind a row's begin the records of its targets lie.
    var targetOffsets = [0]

    /// The records of a row's inputs.
    func inputRecords(of row: Int) -> ArraySlice<UInt32> {
        let start = Int(starts[row])
        return records[start..<start + steps]
    }

    /// The record of each of a row's targets.
    func targetRecords(of row: Int) -> [Int] {
        let start = Int(starts[row])
        return targetOffsets.map { Int(records[start + $0]) }
    }

    /// The same with other rows of it.
    func with(starts: [UInt32]) -> RowSequence {
        var copy = self
        copy.starts = starts
        return copy
    }
}
