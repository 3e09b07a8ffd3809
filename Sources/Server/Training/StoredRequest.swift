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

    init(options: TrainingOptions, selection: ColumnSelection, keeping: KeptCount?) {
        (self.options, self.selection, self.keeping) = (options, selection, keeping)
    }

    /// Reads what `write(to:)` wrote.
    ///
    /// - Throws: `FaultyInput` with every fault.
    init(_ json: JSONValue) throws(FaultyInput) {
        let (options, selection, keeping) = try json.read { reader in
            (TrainingOptions(reading: &reader), ColumnSelection(reading: &reader), reader.keptCount())
        }
        guard let options else { preconditionFailure("options without a loss have a fault") }
        self.init(options: options, selection: selection, keeping: keeping)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            options.writeFields(to: &json)
            selection.writeFields(to: &json)
            json.field("keep_epochs", ifPresent: keeping)
        }
    }
}
