import Features
import ModelStore

/// How an upload's rows are set aside for testing: `?test_split=` and `?split_seed=`.
struct SplitOptions: Sendable {
    private let fraction: Double?
    private let seed: Int
    /// Whether the client says how rows are set aside.
    let namesParts: Bool

    /// The share that is set aside where the client says nothing.
    static let standardFraction = 0.2
    /// The seed of a client that names none.
    static let standardSeed = 0

    /// - Throws: `DatasetFormatError.option` for a number out of range.
    init(parameters: [String: String]) throws(DatasetFormatError) {
        namesParts = parameters["test_split"] != nil || parameters["split_seed"] != nil
        fraction = try parameters["test_split"].map { text throws(DatasetFormatError) in
            guard let fraction = Double(text), fraction >= 0, fraction < 1 else {
                throw .option("test_split", "expected a number from 0 up to but not including 1, found \"\(text)\"")
            }
            return fraction
        }
        seed =
            try parameters["split_seed"].map { text throws(DatasetFormatError) in
                guard let seed = Int(text), seed >= 0 else {
                    throw .option("split_seed", "expected an integer from 0, found \"\(text)\"")
                }
                return seed
            } ?? Self.standardSeed
    }

    /// The split of what was read: the given test rows, the last rows of a series, or rows drawn by the seed.
    ///
    /// - Throws: `DatasetFormatError.option` where the data has test rows of its own and a share was asked for too.
    func split(of imported: ImportedDataset) throws(DatasetFormatError) -> DatasetSplit {
        if imported.testRows > 0 {
            if fraction != nil { throw .option("test_split", "does not go with test rows of its own") }
            return .given
        }
        // One row can't be shared out; only an explicit share of it is refused.
        let fraction = fraction ?? (imported.rows > 1 ? Self.standardFraction : 0)
        return imported.split(fraction: fraction, seed: UInt64(seed))
    }

    /// The part of each row of a table that has no parts of its own.
    ///
    /// - Throws: `StoreError.invalid` where no row is left to train on.
    func parts(of rows: Int, by draw: RowDraw) throws(StoreError) -> [DatasetPart] {
        let fraction = fraction ?? (rows > 1 ? Self.standardFraction : 0)
        return try draw.parts(rows: rows, fraction: fraction, seed: UInt64(seed))
    }
}
