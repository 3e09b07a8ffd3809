import SQL

/// What a new version consists of.
public struct NewVersion: Sendable {
    /// The tensors, in the order of the definition; none where they are packed already.
    public var weights: [StoredTensor]
    /// The tensors, where they are packed already.
    private(set) var packed: PackedWeights?
    /// The metrics as a JSON object.
    public var metrics: String
    /// How the version came about, as a JSON object: training options, labels, whatever a prediction needs.
    public var options: String
    /// What the front layers have learned, as a JSON text; nil for none.
    public var front: String?
    /// The SHA-256 of the dataset that it was trained on.
    public var datasetFingerprint: String?
    /// The version that the training started from; 0 for initial weights.
    public var parent: Int?
    /// The version of the program that made it.
    public var programVersion: String
    /// What an optimizer remembers of the weights; nil for nothing.
    public var optimizer: NewOptimizerState?
    /// The model that it was made for, as `StoredModel.identifier`; nil for whichever has the name when it is stored.
    public var modelIdentifier: Int64?

    /// Describes a new version.
    public init(
        weights: [StoredTensor],
        metrics: String = "{}",
        options: String = "{}",
        front: String? = nil,
        datasetFingerprint: String? = nil,
        parent: Int? = nil,
        programVersion: String,
        optimizer: NewOptimizerState? = nil,
        modelIdentifier: Int64? = nil
    ) {
        self.weights = weights
        self.metrics = metrics
        self.options = options
        self.front = front
        self.datasetFingerprint = datasetFingerprint
        self.parent = parent
        self.programVersion = programVersion
        self.optimizer = optimizer
        self.modelIdentifier = modelIdentifier
    }
}

extension NewVersion {
    /// Describes a new version whose weights are packed already.
    public init(packed: PackedWeights, programVersion: String, optimizer: NewOptimizerState? = nil) {
        self.init(weights: [], programVersion: programVersion, optimizer: optimizer)
        self.packed = packed
    }
}

/// One immutable version of a model, without its weights.
public struct ModelVersion: Equatable, Sendable {
    /// The model's name.
    public let model: String
    /// The number, from 1; never used again, also after the version is deleted, and 0 for a kept epoch.
    public let number: Int
    /// The epoch that was kept, where it is one.
    public let kept: KeptEpoch?
    /// The metrics as a JSON object.
    public let metrics: String
    /// How the version came about, as a JSON object.
    public let options: String
    /// What the front layers have learned, as a JSON text; nil for none.
    public let front: String?
    /// The SHA-256 of the dataset that it was trained on.
    public let datasetFingerprint: String?
    /// The version that the training started from; 0 for initial weights.
    public let parent: Int?
    /// The version of the program that made it.
    public let programVersion: String
    /// The digest of names, shapes and values, 64 hexadecimal digits.
    public let weightsSHA256: String
    /// The job that made it; nil for uploaded weights.
    public let job: JobID?
    /// The size of the values before compression.
    public let bytes: Int
    /// What an optimizer remembers of the weights, without its tensors; nil where the version keeps none.
    public let optimizer: StoredOptimizerState?
    /// When it was stored.
    public let createdAt: Timestamp

    /// Reads a row; throws `.corrupt` where it is damaged.
    init(row: Row) throws {
        try RowChecksum.versions.verify(row, Self.label(of: row), remedy: "restore a backup, or delete the version")
        model = try row.value("model")
        number = try row.value("number")
        kept = nil
        metrics = try row.value("metrics")
        options = try row.value("options")
        front = try row.value("front")
        datasetFingerprint = try row.value("dataset_fingerprint")
        parent = try row.value("parent")
        programVersion = try row.value("program_version")
        weightsSHA256 = try row.value("weights_sha256")
        job = (try row.value("job_id") as Int64?).map(JobID.init(number:))
        bytes = try row.value("raw_bytes")
        optimizer = try (row.value("optimizer") as String?).map { text in
            guard let state = StoredOptimizerState(reading: text) else {
                throw StoreError.corrupt("\(Self.label(of: row)): what its optimizer remembers can't be read")
            }
            return state
        }
        createdAt = Timestamp(milliseconds: try row.value("created_at"))
    }

    /// A kept epoch of a job that trained a model.
    init(_ kept: KeptEpoch, _ version: KeptVersion, of model: String, createdAt: Timestamp) {
        self.model = model
        number = 0
        self.kept = kept
        metrics = version.metrics
        options = version.options
        front = version.front
        datasetFingerprint = version.datasetFingerprint
        parent = version.parent
        programVersion = version.programVersion
        weightsSHA256 = version.weightsSHA256
        job = kept.job
        bytes = version.bytes
        optimizer = nil
        self.createdAt = createdAt
    }

    /// Which version of its model it is.
    public var name: VersionName { kept.map(VersionName.kept) ?? .number(number) }

    private static func label(of row: Row) -> String {
        let (model, number): (String?, Int?) = (try? row.value("model"), try? row.value("number"))
        return "version \(number.map(String.init) ?? "?") of \"\(model ?? "?")\""
    }

    /// Selects the columns that `init(row:)` reads, and the row id.
    static let select = """
        SELECT versions.*, models.name AS model FROM versions JOIN models ON models.id = versions.model_id
        """
}
