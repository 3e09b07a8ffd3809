import JSON
import NN

/// What a job was asked to do, as it is stored with it and with the version that it makes.
struct StoredRequest: JSONWritable {
    /// How it trains.
    let options: TrainingOptions
    /// Which columns it learns from.
    let selection: ColumnSelection

    init(options: TrainingOptions, selection: ColumnSelection) {
        (self.options, self.selection) = (options, selection)
    }

    /// Reads what `write(to:)` wrote.
    ///
    /// - Throws: `FaultyInput` with every fault.
    init(_ json: JSONValue) throws(FaultyInput) {
        let (options, selection) = try json.read { reader in
            (TrainingOptions(reading: &reader), ColumnSelection(reading: &reader))
        }
        guard let options else { preconditionFailure("options without a loss have a fault") }
        self.init(options: options, selection: selection)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            options.writeFields(to: &json)
            selection.writeFields(to: &json)
        }
    }
}
