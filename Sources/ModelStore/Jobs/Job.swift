import SQL

/// What a client asks for: a training run of a model, or an evaluation of a version.
public struct NewJob: Sendable {
    /// What it does.
    public var kind: JobKind
    /// The model's name.
    public var model: String
    /// The dataset's name; nil where the request carries its data.
    public var dataset: String?
    /// The version to start from, or to evaluate; nil or 0 for initial weights, or what `beginning` says.
    public var initialVersion: Int?
    /// The request as JSON text.
    public var request: String
    /// The progress to show before the job begins, as JSON text.
    public var progress: String?
    /// Jobs of a higher priority run first.
    public var priority: Int
    /// The model that was looked at, as `StoredModel.identifier`; nil for whichever has the name when the job is stored.
    public var modelIdentifier: Int64?
    /// What it begins with, where that is something of another job.
    public var beginning: JobBeginning?
    /// What it is to an experiment; nil for a job that a client posted by itself.
    public var experiment: NewTrialJob?

    /// Describes a new job.
    public init(
        kind: JobKind = .training,
        model: String,
        dataset: String? = nil,
        initialVersion: Int? = nil,
        request: String,
        progress: String? = nil,
        priority: Int = 0,
        modelIdentifier: Int64? = nil,
        beginning: JobBeginning? = nil,
        experiment: NewTrialJob? = nil
    ) {
        self.kind = kind
        self.model = model
        self.dataset = dataset
        self.initialVersion = initialVersion
        self.request = request
        self.progress = progress
        self.priority = priority
        self.modelIdentifier = modelIdentifier
        self.beginning = beginning
        self.experiment = experiment
    }
}

/// What a client wants of a running job.
public enum JobControl: String, Sendable {
    /// Go on.
    case proceed
    /// Stop and end as cancelled.
    case cancel
    /// Save a checkpoint and stop.
    case pause
}

/// A job as it lies in the store.
public struct Job: Equatable, Sendable {
    /// The id.
    public let id: JobID
    /// What it does.
    public let kind: JobKind
    /// Where it stands.
    public let state: JobState
    /// The model's name.
    public let model: String
    /// The dataset's name.
    public let dataset: String?
    /// The version it starts from, or evaluates.
    public let initialVersion: Int?
    /// The kept epoch whose weights it starts from, or evaluates.
    public let initialEpoch: KeptEpoch?
    /// The kept epoch behind which it goes on.
    public let forkedFrom: KeptEpoch?
    /// The job that it does again.
    public let replayOf: JobID?
    /// Whether it came to the weights of the job that it did again; nil until it has.
    public let isIdentical: Bool?
    /// The request as JSON text.
    public let request: String
    /// The newest progress report as JSON text.
    public let progress: String?
    /// The newest metrics as JSON text.
    public let metrics: String?
    /// Why it failed, or why its last attempt did, as JSON text.
    public let error: String?
    /// The model version that its success made; of an evaluation the version that was evaluated.
    public let version: Int?
    /// The digest of that version's weights.
    public let weightsSHA256: String?
    /// The name of the experiment that it is of; nil for a job by itself.
    public let experiment: String?
    /// Jobs of a higher priority run first.
    public let priority: Int
    /// How often it failed for a passing cause since its last checkpoint.
    public let attempts: Int
    /// When a job that waits for a retry may run.
    public let runAt: Timestamp?
    /// What the client asked for and the worker has not done yet.
    public let requested: JobControl
    /// How often a worker has taken it.
    public let claims: Int
    /// The id of the node that runs it, or ran it last; nil before the first.
    public let node: String?
    /// Which ranks train it, or did last, as a JSON object; nil where it has always been one.
    public let parallel: String?
    /// When it was accepted.
    public let createdAt: Timestamp
    /// When a worker first took it.
    public let startedAt: Timestamp?
    /// When it reached a final state.
    public let finishedAt: Timestamp?

    /// The id of the node that holds it, or held it when it was last heard of.
    let leaseNode: String?

    /// Reads a row; throws `.corrupt` where it is damaged.
    init(row: Row) throws {
        id = JobID(number: try row.value("id"))
        try Self.verify(row, id)
        let state: String = try row.value("state")
        guard let state = JobState(rawValue: state) else {
            throw StoreError.corrupt("job \(id): its state is \"\(state)\", which is none of the known ones")
        }
        self.state = state
        let kind: String = try row.value("kind")
        guard let kind = JobKind(rawValue: kind) else {
            throw StoreError.corrupt("job \(id): it is of the kind \"\(kind)\", which is none of the known ones")
        }
        self.kind = kind
        model = try row.value("model")
        dataset = try row.value("dataset")
        initialVersion = try row.value("initial_version")
        initialEpoch = try Self.epoch("initial", in: row)
        forkedFrom = try Self.epoch("forked", in: row)
        replayOf = (try row.value("replay_of") as Int64?).map(JobID.init(number:))
        isIdentical = (try row.value("identical") as Int64?).map { $0 == 1 }
        request = try row.value("request")
        progress = try row.value("progress")
        metrics = try row.value("metrics")
        error = try row.value("error")
        version = try row.value("version")
        weightsSHA256 = try row.value("weights_sha256")
        experiment = try row.value("experiment")
        priority = try row.value("priority")
        attempts = try row.value("attempts")
        runAt = (try row.value("run_at") as Int64?).map(Timestamp.init(milliseconds:))
        requested = (try row.value("requested") as String?).flatMap(JobControl.init(rawValue:)) ?? .proceed
        claims = try row.value("lease_token")
        node = try row.value("node")
        leaseNode = try row.value("lease_node")
        parallel = try row.value("parallel")
        createdAt = Timestamp(milliseconds: try row.value("created_at"))
        startedAt = (try row.value("started_at") as Int64?).map(Timestamp.init(milliseconds:))
        finishedAt = (try row.value("finished_at") as Int64?).map(Timestamp.init(milliseconds:))
    }

    /// The version that it starts from, goes on from, or evaluates; nil for the initial weights.
    ///
    /// A kept epoch is the job's own copy, as it may be gone elsewhere.
    public var initialName: VersionName? {
        guard initialEpoch == nil, forkedFrom == nil else { return .kept(KeptEpoch(job: id, epoch: 0)) }
        return initialVersion.flatMap { $0 == 0 ? nil : .number($0) }
    }

    private static func epoch(_ prefix: String, in row: Row) throws -> KeptEpoch? {
        guard let job = try row.value(prefix + "_job") as Int64? else { return nil }
        return KeptEpoch(job: JobID(number: job), epoch: try row.value(prefix + "_epoch"))
    }

    private static func verify(_ row: Row, _ id: JobID) throws {
        let remedy = "restore a backup, or train again"
        try RowChecksum.requests.verify(row, "job \(id)", remedy: remedy)
        let hasEnded = (try? row.value("finished_at") as Int64?) != .some(nil)
        if hasEnded { try RowChecksum.results.verify(row, "the result of job \(id)", remedy: remedy) }
    }
}
