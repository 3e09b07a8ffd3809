import SQL

/// The training jobs: the queue, each job's progress, and its history.
///
/// Every change of state is one transaction: an update that repeats the guard of the transition table, and the event
/// row that tells of it.
public struct JobTable: Sendable {
    let storage: StorePool

    /// Accepts a job; once this returns it exists whatever happens to the process or the machine.
    ///
    /// Throws `.queueFull` where as many jobs wait as may, `.notFound` for an unknown model, dataset or version.
    public func enqueue(_ new: NewJob) throws(StoreError) -> Job {
        let link = try link(new.beginning)
        let job = try storage.write { try insert(new, link, in: $0) }
        link?.enter()
        return job
    }

    /// Accepts a job and stores its answer in one transaction, or returns the answer that the key got before.
    public func enqueue(
        _ new: NewJob,
        once key: AnswerKey,
        answer: @escaping (Job) -> StoredAnswer
    ) throws(StoreError) -> StoredAnswer {
        let link = try link(new.beginning)
        var isEntered = false
        let stored = try storage.write { database in
            isEntered = false
            return try AnswerTable.once(key, in: database, at: storage.clock.now()) {
                isEntered = true
                return answer(try insert(new, link, in: database))
            }
        }
        if isEntered { link?.enter() }
        return stored
    }

    /// The job of that id; throws `.notFound`.
    public func find(_ id: JobID) throws(StoreError) -> Job {
        try storage.read { try Self.find(id, in: $0) }
    }

    /// The metrics of a job's epochs, first to last; throws `.notFound`.
    public func epochs(of id: JobID) throws(StoreError) -> [Epoch] {
        try storage.read { database in
            _ = try Self.find(id, in: database)
            return try Row.all(
                database,
                sql: "SELECT * FROM epochs WHERE job_id = ? ORDER BY number",
                arguments: [id.number]
            ).map { try Epoch(row: $0, of: id) }
        }
    }

    /// A job's events in order, from the one after the event `after` on; throws `.notFound`.
    public func events(of id: JobID, after: Int64 = 0, limit: Int = 500) throws(StoreError) -> [JobEvent] {
        try storage.read { database in
            _ = try Self.find(id, in: database)
            return try Row.all(
                database,
                sql: "SELECT * FROM job_events WHERE job_id = ? AND id > ? ORDER BY id LIMIT ?",
                arguments: [id.number, after, max(limit, 0)]
            ).map(JobEvent.init)
        }
    }

    /// The events of all jobs in order, from the one after the event `after` on, each with its job's model.
    public func allEvents(
        after: Int64,
        limit: Int = 500
    ) throws(StoreError) -> [(event: JobEvent, model: String)] {
        try storage.read { database in
            try Row.all(database, sql: Self.allEventsQuery, arguments: [after, max(limit, 0)])
                .map { row in (try JobEvent(row: row), try row.value("model")) }
        }
    }

    /// Binds the event before and the limit.
    package static let allEventsQuery = """
        SELECT job_events.*, jobs.model AS model FROM job_events JOIN jobs ON jobs.id = job_events.job_id
        WHERE job_events.id > ? ORDER BY job_events.id LIMIT ?
        """

    /// The id of the newest event that there has been; 0 before the first.
    public func newestEvent() throws(StoreError) -> Int64 {
        try storage.read { try Self.newestEvent(in: $0) }
    }

    private static func newestEvent(in database: any Connection) throws -> Int64 {
        try Int64.one(database, sql: database.dialect.newest(of: "job_events")) ?? 0
    }

    /// How many events may have followed one that a client goes on from.
    private static let greatestBacklog: Int64 = 10_000

    /// Whether all that followed an event of this store is still there, and not too much to be told again.
    public func knowsEvents(after event: Int64) throws(StoreError) -> Bool {
        try storage.read { database in
            let newest = try Self.newestEvent(in: database)
            guard event <= newest, newest - event <= Self.greatestBacklog else { return false }
            let count = try Int64.one(
                database,
                sql: "SELECT count(*) FROM job_events WHERE id > ?",
                arguments: [event]
            )
            return count == newest - event
        }
    }

    /// Removes a final job with its history and what is kept of it; throws `.conflict` for any other, and while another
    /// one does again what it did.
    public func delete(_ id: JobID) throws(StoreError) {
        try storage.write { database in
            // One that is damaged can be removed too.
            let state = try String.one(database, sql: "SELECT state FROM jobs WHERE id = ?", arguments: [id.number])
            guard let state else { throw Self.missing(id) }
            if let state = JobState(rawValue: state), !state.isFinal {
                throw StoreError.conflict("job \(id): it is \(state.rawValue); cancel it before deleting it")
            }
            if let replay = try Self.replay(of: id, in: database) {
                throw StoreError.conflict("job \(id): job \(replay) repeats it; cancel that or wait for its end")
            }
            try CheckpointTable(storage: storage).delete(where: "job_id = ?", arguments: [id.number], in: database)
            try database.run(sql: "DELETE FROM jobs WHERE id = ?", arguments: [id.number])
        }
    }

    /// How many jobs stand in each state.
    public func counts() throws(StoreError) -> [JobState: Int] {
        try storage.read { database in
            var counts = Dictionary(uniqueKeysWithValues: JobState.allCases.map { ($0, 0) })
            for row in try Row.all(database, sql: "SELECT state, count(*) AS n FROM jobs GROUP BY state") {
                if let state = JobState(rawValue: try row.value("state")) { counts[state] = try row.value("n") }
            }
            return counts
        }
    }

    static func find(_ id: JobID, in database: any Connection) throws -> Job {
        let row = try Row.one(database, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id.number])
        guard let row else { throw missing(id) }
        return try Job(row: row)
    }

    private static func missing(_ id: JobID) -> StoreError { .notFound("job \(id): there is none of that id") }

    private func insert(_ new: NewJob, _ link: CheckpointLink?, in database: any Connection) throws -> Job {
        _ = try ModelTable.identifier(of: new.model, expecting: new.modelIdentifier, in: database)
        if let version = new.initialVersion, version != 0 {
            _ = try VersionTable.row(model: new.model, number: version, in: database)
        }
        if let dataset = new.dataset { _ = try DatasetTable.find(dataset, in: database) }
        let waiting = try Int.one(database, sql: "SELECT count(*) FROM jobs WHERE state = 'queued'") ?? 0
        let limit = storage.options.queueLimit
        guard waiting < limit else {
            throw StoreError.queueFull(
                "\(waiting) jobs wait in the queue, which holds \(limit); try later",
                limit: limit
            )
        }
        let now = storage.clock.now()
        let experiment = try experiment(of: new.experiment, in: database)
        let origin = try origin(of: new.beginning, in: database)
        let identifier = try database.insert(
            sql: """
                INSERT INTO jobs (state, kind, model, dataset, initial_version, request, progress, priority, created_at,
                    forked_job, forked_epoch, initial_job, initial_epoch, replay_of, experiment)
                VALUES ('queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                new.kind.rawValue, new.model, new.dataset, new.initialVersion, new.request, new.progress, new.priority,
                now.milliseconds, origin.fork?.job.number, origin.fork?.epoch, origin.initial?.job.number,
                origin.initial?.epoch, origin.replayed?.number, experiment,
            ]
        )
        if let place = new.experiment { try enter(identifier, as: place, in: database) }
        if let link { try enter(link, origin, of: identifier, in: database) }
        try RowChecksum.requests.renew(where: "id = ?", arguments: [identifier], in: database)
        try JobEvent.insert(.state, job: identifier, data: #"{"state":"queued"}"#, at: now, in: database)
        return try Self.find(JobID(number: identifier), in: database)
    }
}
