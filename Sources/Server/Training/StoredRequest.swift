import JSON
import NN

/// What a job was asked to do, as it is stored with it and with the version that it makes.
struct StoredRequest: JSONWritable {
    /// How it trains.
    let options: TrainingOptions
    /// Which columns it learns from.
    let selection: ColumnSelection
    /// How many of its epochs are kept; nil for none.
    let keeping: KeptCount?
    /// Whether the norms of each epoch's last step are taken down.
    let takesNorms: Bool
    /// Whether the version that it makes keeps what the optimizer remembers.
    let keepsOptimizer: Bool
    /// How many ranks train it.
    let ranks: RankWish

    init(
        options: TrainingOptions,
        selection: ColumnSelection,
        keeping: KeptCount?,
        takesNorms: Bool,
        keepsOptimizer: Bool,
        ranks: RankWish
    ) {
        (self.options, self.selection, self.keeping, self.takesNorms) = (options, selection, keeping, takesNorms)
        (self.keepsOptimizer, self.ranks) = (keepsOptimizer, ranks)
    }

    /// Reads what `write(to:)` wrote.
    ///
    /// - Throws: `FaultyInput` with every fault.
    init(_ json: JSONValue) throws(FaultyInput) {
        let (options, selection, keeping, takesNorms, keepsOptimizer, ranks) = try json.read { reader in
            (
                TrainingOptions(reading: &reader), ColumnSelection(reading: &reader), reader.keptCount(),
                reader.diagnostics(), reader.keepsOptimizer(), RankWish(of: &reader)
            )
        }
        guard let options else { preconditionFailure("options without a loss have a fault") }
        self.init(
            options: options,
            selection: selection,
            keeping: keeping,
            takesNorms: takesNorms,
            keepsOptimizer: keepsOptimizer,
            ranks: ranks
        )
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            options.writeFields(to: &json)
            selection.writeFields(to: &json)
            json.field("keep_epochs", ifPresent: keeping)
            if takesNorms { json.field("diagnostics", true) }
            if keepsOptimizer { json.field("keep_optimizer", true) }
            ranks.writeField(to: &json)
        }
    }
}

extension ObjectReader {
    /// Whether the norms of each epoch's last step are taken down.
    mutating func diagnostics() -> Bool { bool("diagnostics", default: TrainingRequest.standardDiagnostics) }

    /// Whether a version keeps what the optimizer remembers.
    mutating func keepsOptimizer() -> Bool { bool("keep_optimizer", default: TrainingRequest.standardKeepsOptimizer) }
}
