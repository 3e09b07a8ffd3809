import Features
import NN

/// What a row of a network is whose size is that of its batch: the numbers of its inputs, zeros behind those of a smaller
/// row, and then for each sequence which of its steps are the row's own.
struct PaddedRow: Sendable {
    /// How many numbers there are.
    let width: Int
    private let size: BatchSize
    private let sequences: [Int]
    private let rules: [IndexRule]

    /// Rows of a batch.
    ///
    /// - Parameters:
    ///   - size: Its size.
    ///   - sequences: The inputs whose steps are told.
    ///   - indexRules: What the network looks up.
    init(_ size: BatchSize, masking sequences: [Int], _ indexRules: [IndexRule]) {
        (self.size, self.sequences, rules) = (size, sequences, indexRules)
        width =
            size.inputs.reduce(0) { $0 + $1.volume } + sequences.reduce(0) { $0 + size.inputs[$1][0] }
    }

    /// Writes the values of a row's inputs.
    ///
    /// - Parameters:
    ///   - given: What the front gave, one value an input.
    ///   - memory: Where the numbers go, as many as `width`.
    /// - Throws: `FrontError` where a value is larger than the size, and as `NetworkRow.write`.
    func write(_ given: [FrontValue], to memory: UnsafeMutablePointer<Float>) throws(FrontError) {
        let values = given.withoutEmptySteps
        let shapes = values.map { Shape($0.shape.isEmpty ? [1] : $0.shape) }
        for (own, whole) in zip(shapes, size.inputs) {
            guard own.rank == whole.rank, zip(own.extents, whole.extents).allSatisfy({ $0 <= $1 }) else {
                throw FrontError("the row is \(own), where its size was \(whole)")
            }
        }
        let row = NetworkRow(shapes, rules)
        var problem: FrontError?
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(row.width, 1)) { room in
            // Room for one number or more has an address.
            guard let own = room.baseAddress else { return }
            do throws(FrontError) { try row.write(values, to: own) } catch { return problem = error }
            var (read, written) = (0, 0)
            for (shape, whole) in zip(shapes, size.inputs) {
                RowCopy(of: shape, in: whole).pad(own + read, to: memory + written)
                read += shape.volume
                written += whole.volume
            }
            for number in sequences {
                let steps = size.inputs[number][0]
                (memory + written).writeMask(own: shapes[number][0], of: steps)
                written += steps
            }
        }
        if let problem { throw problem }
    }
}
