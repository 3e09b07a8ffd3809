import ModelStore
import Synchronization

/// The memory that training requests of late take, so that the plans of one that comes again need not be compiled to tell.
final class TrainingPrices: Sendable {
    /// All that a price follows from.
    struct Key: Hashable, Sendable {
        /// The model's id, which is never used again.
        private let model: Int64
        private let options: String
        private let rows: [Int]
        private let shapes: [[Int]]
        private let target: String
        private let columns: String?

        /// The key of a request whose job makes `ownRows` rows of the dataset, and perhaps of another one that validates.
        init(model: Int64, options: String, dataset: StoredDataset, ownRows: Int) {
            self.model = model
            self.options = options
            rows = [dataset.rows, dataset.testRows, ownRows]
            shapes = [dataset.inputShape, dataset.targetShape]
            target = dataset.target
            // What a front learns, and so the width of what it gives, follows from the values themselves.
            columns = dataset.form == .columns ? dataset.sha256 : dataset.columns
        }
    }

    private let known = Mutex<[Key: Int]>([:])

    /// How many prices are kept.
    private static let limit = 256
    /// The bytes of text that a key may have.
    private static let greatestText = 1 << 14

    /// The price of a request, computed where it isn't known.
    func price(of key: Key, _ compute: () throws -> Int) rethrows -> Int {
        if let price = known.withLock({ $0[key] }) { return price }
        let price = try compute()
        guard key.textBytes <= Self.greatestText else { return price }
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[key] = price
        }
        return price
    }
}

extension TrainingPrices.Key {
    fileprivate var textBytes: Int { options.utf8.count + target.utf8.count + (columns?.utf8.count ?? 0) }
}
