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

    init(options: TrainingOptions, selection: ColumnSelection, keeping: KeptCount?, takesNorms: Bool) {
        (self.options, self.selection, self.keeping, self.takesNorms) = (options, selection, keeping, takesNorms)
    }

    /// Reads what `write(to:)` wrote.
    ///
    /// - Throws: `FaultyInput` with every fault.
    init(_ json: JSONValue) throws(FaultyInput) {
        let (options, selection, keeping, takesNorms) = try json.read { reader in
            (
                TrainingOptions(reading: &reader), ColumnSelection(reading: &reader), reader.keptCount(),
                reader.diagnostics()
            )
        }
        guard let options else { preconditionFailure("options without a loss have a fault") }
        self.init(options: options, selection: selection, keeping: keeping, takesNorms: takesNorms)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            options.writeFields(to: &json)
            selection.writeFields(to: &json)
            json.field("keep_epochs", ifPresent: keeping)
            if takesNorms { json.field("diagnostics", true) }
        }
    }
}

extension ObjectReader {
    /// Whether the norms of each epoch's last step are taken down.
    mutating func diagnostics() -> Bool { bool("diagnostics", default: TrainingRequest.standardDiagnostics) }
}
