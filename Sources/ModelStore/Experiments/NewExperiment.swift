/// What a client asks for with an experiment, all of it checked.
public struct NewExperiment: Sendable {
    /// The name, unique among experiments.
    public var name: String
    /// The request as JSON text, with every default.
    public var request: String
    /// The digest of the dataset that it was checked with.
    public var datasetSHA256: String
    /// The trials, numbered from 1.
    public var trials: [NewTrial]

    /// Describes a new experiment.
    public init(name: String, request: String, datasetSHA256: String, trials: [NewTrial]) {
        self.name = name
        self.request = request
        self.datasetSHA256 = datasetSHA256
        self.trials = trials
    }
}

/// One set of values that an experiment tries.
public struct NewTrial: Sendable {
    /// The values as a JSON object.
    public var values: String
    /// The model that its jobs train.
    public var model: TrialModel

    /// Describes a new trial.
    public init(values: String, model: TrialModel) {
        self.values = values
        self.model = model
    }
}

/// What a trial's jobs train.
public enum TrialModel: Sendable {
    /// A model that is there, as it was looked at.
    case stored(StoredModel)
    /// A model of its own, which is made with the experiment.
    case own(name: String, definition: String)
}
