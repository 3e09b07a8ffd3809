import SQL

/// An experiment as it lies in the store.
public struct StoredExperiment: Equatable, Sendable {
    /// Which experiment it is: never used again.
    public let identifier: Int64
    /// The name.
    public let name: String
    /// The request as JSON text, with every default.
    public let request: String
    /// Where it stands.
    public let state: ExperimentState
    /// The digest of the dataset that it was checked with.
    public let datasetSHA256: String
    /// Why it ended as it did where that isn't plain from its jobs, as JSON text.
    public let error: String?
    /// When it was accepted.
    public let createdAt: Timestamp
    /// When it ended.
    public let finishedAt: Timestamp?

    /// Reads a row; throws `.corrupt` where it is damaged.
    init(row: Row) throws {
        let name: String = try row.value("name")
        let label = "experiment \(NameRule.quoted(name))"
        try RowChecksum.experiments.verify(row, label, remedy: "restore a backup, or delete it and start it again")
        self.name = name
        let state: String = try row.value("state")
        guard let state = ExperimentState(rawValue: state) else {
            throw StoreError.corrupt("\(label): its state is \"\(state)\", which is none of the known ones")
        }
        self.state = state
        identifier = try row.value("id")
        request = try row.value("request")
        datasetSHA256 = try row.value("dataset_sha256")
        error = try row.value("error")
        createdAt = Timestamp(milliseconds: try row.value("created_at"))
        finishedAt = (try row.value("finished_at") as Int64?).map(Timestamp.init(milliseconds:))
    }
}

/// One set of values that an experiment tries, as it lies in the store.
public struct StoredTrial: Equatable, Sendable {
    /// The number, from 1.
    public let number: Int
    /// The values as a JSON object.
    public let values: String
    /// The name of the model that its jobs train.
    public let model: String
    /// Which model that is.
    public let modelIdentifier: Int64
    /// Why no further job of it could be made, as JSON text; nil where all could.
    public let error: String?

    /// Reads a row; throws `.corrupt` where it is damaged.
    init(row: Row, of experiment: String) throws {
        number = try row.value("number")
        try RowChecksum.trials.verify(
            row,
            "trial \(number) of experiment \(NameRule.quoted(experiment))",
            remedy: "restore a backup, or delete the experiment and start it again"
        )
        values = try row.value("settings")
        model = try row.value("model")
        modelIdentifier = try row.value("model_id")
        error = try row.value("error")
    }
}
