import Foundation

/// Everything that outlives the process: models, versions, weights, jobs, checkpoints and datasets.
///
/// A store is one folder, or lies in a PostgreSQL. As a folder it is an SQLite database in WAL mode (`trainyard.sqlite`) and the dataset files beside it. Several
/// processes of one machine may have the same folder open. Calls are synchronous: they block on the disk, and on
/// other writers for at most the busy timeout.
public final class Store: Sendable {
    /// The folder that holds the store.
    public let folder: String
    /// The models by name.
    public let models: ModelTable
    /// The trained versions of models, with their weights.
    public let versions: VersionTable
    /// The names that stand for versions, such as `stable`.
    public let aliases: AliasTable
    /// The training jobs: queue, progress and history.
    public let jobs: JobTable
    /// The processes that work on the store.
    public let nodes: NodeTable
    /// Where the ranks that train a job together find each other.
    public let ranks: RankTable
    /// How well versions did.
    public let evaluations: EvaluationTable
    /// The experiments, with their trials and what came of their jobs.
    public let experiments: ExperimentTable
    /// What a job needs to go on after a cut.
    public let checkpoints: CheckpointTable
    /// The datasets, uploaded and built in.
    public let datasets: DatasetTable
    /// First answers to requests that carried an idempotency key.
    public let answers: AnswerTable

    let storage: StorePool

    /// Opens the store in a folder; makes folder and database where they are missing, and migrates an older schema.
    ///
    /// Throws `.unavailable`, `.readOnly` or `.full` with one line naming the path where the folder can't be used,
    /// where the database is not one of this program, or where its schema is newer than this program knows.
    public static func open(
        at path: String,
        options: StoreOptions = StoreOptions(),
        clock: StoreClock = .system
    ) throws(StoreError) -> Store {
        let folder = StoreFolder(path: path, permissions: options.permissions)
        try folder.create()
        // Two processes that open a new folder at once would race for the WAL switch and the migrations.
        return try FileLock.withLock(on: folder.lock, mode: folder.permissions.file) { () throws(StoreError) in
            try folder.permissions.makeDatabase(folder.database)
            let engine = try SQLiteEngine(folder, options: options, clock: clock)
            let storage = StorePool(engine: engine, clock: clock, options: options, folder: folder)
            let store = Store(storage: storage)
            try store.datasets.sweepOrphans()
            try store.checkpoints.sweepOrphans()
            return store
        }
    }

    /// Whether there is a store in a folder; says nothing of its state.
    public static func exists(at path: String) -> Bool {
        FileManager.default.fileExists(atPath: StoreFolder(path: path).database)
    }

    init(storage: StorePool) {
        self.storage = storage
        folder = storage.folder.path
        models = ModelTable(storage: storage)
        versions = VersionTable(storage: storage)
        aliases = AliasTable(storage: storage)
        jobs = JobTable(storage: storage)
        nodes = NodeTable(storage: storage)
        ranks = RankTable(storage: storage)
        evaluations = EvaluationTable(storage: storage)
        experiments = ExperimentTable(storage: storage)
        checkpoints = CheckpointTable(storage: storage)
        datasets = DatasetTable(storage: storage)
        answers = AnswerTable(storage: storage)
    }

    /// Has something done, on a thread of the store's own, whenever another program may have committed something.
    ///
    /// Never on SQLite, and on a PostgreSQL only where `StoreOptions.noticesFrom` says where to hear of it.
    public func whenOthersCommit(_ action: @escaping @Sendable () -> Void) { storage.engine.whenOthersCommit(action) }

    /// What kind of database the store is kept in.
    public var engine: EngineDescription { storage.engine.description }

    /// What its calls have taken, and what its engine has gone through, since it was opened.
    public var measures: StoreMeasures {
        let counts = storage.engine.counts
        var times = storage.times.found
        times[.bytes] = counts.byteTimes
        return StoreMeasures(times: times, engine: counts)
    }

    /// Checks that the store can be written by writing to it, through to the disk; throws the reason why not.
    public func probe() throws(StoreError) {
        try settle()
        // They may lie on disks of their own.
        for folder in [storage.folder.datasets, storage.folder.checkpoints] { try storage.folder.probe(folder) }
        if let trouble = storage.engine.trouble { throw trouble }
    }

    /// Whether nothing stands between a write and the disk that is known before it is tried.
    public var isSettled: Bool { storage.engine.isSettled }

    /// Makes the store fit for writes again after a commit that failed; throws the reason why not.
    public func settle() throws(StoreError) {
        let now = storage.clock.now()
        try storage.write { try Probe.write(at: now, in: $0) }
    }

    /// Whether the store can be written now.
    public var isWritable: Bool {
        (try? probe()) != nil
    }

    /// Whether each commit waits for the disk, as the database itself says.
    package func commitsWaitForDisk() throws(StoreError) -> Bool {
        try storage.call("Store.commitsWaitForDisk()") { try storage.engine.waitsForDisk() }
    }

    /// Closes the database; later calls throw.
    ///
    /// What lies in the write-ahead log is moved into the database before, where nobody else is using it: the one file
    /// then holds everything.
    ///
    /// Throws `.busy` while other calls are under way.
    public func close() throws(StoreError) {
        do {
            try storage.engine.close()
        } catch {
            throw StoreError(error, in: "Store.close()")
        }
    }
}
