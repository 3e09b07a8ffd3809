import SQL

/// Jobs that begin with something of another one.
extension JobTable {
    /// Accepts a job that goes on behind a kept epoch of another one, with a copy of what that knew then.
    ///
    /// - Parameters:
    ///   - origin: The job whose epoch it is.
    ///   - epoch: The epoch; nil for the newest that is kept.
    ///   - job: The rest of what is asked for.
    /// - Returns: The job, which has the history of the other one up to the epoch.
    /// - Throws: `.notFound` where there is no such job or epoch, and what `enqueue` throws.
    public func fork(_ origin: JobID, epoch: Int? = nil, job: NewJob) throws(StoreError) -> Job {
        var new = job
        new.beginning = .fork(try keptEpoch(of: origin, epoch))
        return try enqueue(new)
    }

    /// A kept epoch of a job, the newest one unless another is named; throws `.notFound`.
    public func keptEpoch(of job: JobID, _ epoch: Int? = nil) throws(StoreError) -> KeptEpoch {
        try storage.read { database in
            let newest = try CheckpointTable.keptEpochs(of: job, in: database).last
            let kept = KeptEpoch(job: job, epoch: epoch ?? newest ?? 1)
            _ = try CheckpointTable.row(of: kept, model: nil, in: database)
            return kept
        }
    }

    /// Makes the file of what a new job begins with; nil where it begins with nothing of another one.
    func link(_ beginning: JobBeginning?) throws(StoreError) -> CheckpointLink? {
        guard let beginning else { return nil }
        let source: (id: Int64, file: String)? = try storage.read { database in
            let kept: KeptEpoch
            switch beginning {
            case .fork(let origin), .weights(let origin): kept = origin
            case .replay(let origin):
                let job = try Self.find(origin, in: database)
                guard job.forkedFrom != nil || job.initialEpoch != nil else { return nil }
                kept = KeptEpoch(job: origin, epoch: 0)
            }
            let row = try CheckpointTable.row(of: kept, model: nil, in: database)
            return (try row.value("id"), try row.value("file"))
        }
        guard let source else { return nil }
        return try CheckpointLink(to: source.id, file: source.file, storage: storage)
    }

    /// What a job's row says of what it begins with.
    struct Origin {
        var fork: KeptEpoch?
        var initial: KeptEpoch?
        var replayed: JobID?
    }

    func origin(of beginning: JobBeginning?, in database: any Connection) throws -> Origin {
        switch beginning {
        case nil: return Origin()
        case .fork(let kept): return Origin(fork: kept)
        case .weights(let kept): return Origin(initial: kept)
        case .replay(let id):
            let job = try Self.find(id, in: database)
            guard job.state == .succeeded, job.kind == .training else {
                throw StoreError.conflict(
                    "job \(id): it is \(job.state.rawValue), so there are no weights to compare with"
                )
            }
            return Origin(fork: job.forkedFrom, initial: job.initialEpoch, replayed: id)
        }
    }

    /// Enters what a job begins with, and the history that it goes on from.
    func enter(_ link: CheckpointLink, _ origin: Origin, of job: Int64, in database: any Connection) throws {
        let now = storage.clock.now().milliseconds
        let checkpoint = try database.insertIfNew(
            sql: """
                INSERT INTO checkpoints (job_id, position, created_at, file, epoch)
                SELECT ?, position, ?, ?, 0 FROM checkpoints WHERE id = ?
                """,
            arguments: [job, now, link.file, link.origin]
        )
        guard let checkpoint else {
            throw StoreError.notFound("what the job was to begin with has been removed meanwhile")
        }
        try RowChecksum.checkpoints.renew(where: "id = ?", arguments: [checkpoint], in: database)
        try database.run(
            sql: """
                INSERT INTO checkpoint_parts (checkpoint_id, name, encoding, raw_bytes, checksum, data)
                SELECT ?, name, encoding, raw_bytes, checksum, data FROM checkpoint_parts WHERE checkpoint_id = ? ORDER BY id
                """,
            arguments: [checkpoint, link.origin]
        )
        guard let fork = origin.fork else { return }
        for (checksum, column) in [(RowChecksum.epochs, "metrics"), (.norms, "norms")] {
            try database.run(
                sql: """
                    INSERT INTO \(checksum.table) (job_id, number, \(column), row_crc32)
                    SELECT ?, number, \(column), NULL FROM \(checksum.table) WHERE job_id = ? AND number <= ?
                    """,
                arguments: [job, (origin.replayed ?? fork.job).number, fork.epoch]
            )
            try checksum.renew(where: "job_id = ?", arguments: [job], in: database)
        }
    }

    /// Whether a job that ended can still be repeated, or gone on from, and needs a dataset for that.
    public func mayRepeat(with dataset: String) throws(StoreError) -> Bool {
        try storage.read { database in
            try Bool.one(database, sql: Self.repeatableQuery, arguments: [dataset]) ?? false
        }
    }

    /// Binds the dataset.
    package static let repeatableQuery = """
        SELECT EXISTS (
            SELECT 1 FROM jobs WHERE dataset = ? AND kind = 'training'
                AND EXISTS (SELECT 1 FROM models WHERE name = jobs.model)
                AND (state = 'succeeded' OR EXISTS (SELECT 1 FROM checkpoints WHERE job_id = jobs.id AND epoch > 0)))
        """

    /// The unfinished job that does again what another one did; nil for none.
    static func replay(of job: JobID, in database: any Connection) throws -> Int64? {
        let sql = "SELECT id FROM jobs WHERE replay_of = ? AND finished_at IS NULL LIMIT 1"
        return try Int64.one(database, sql: sql, arguments: [job.number])
    }

    /// Ends a replay: what it came to, whether that is what the other job came to, state and event in one transaction.
    ///
    /// - Parameters:
    ///   - lease: The right to run the job.
    ///   - digest: The digest of the weights that it came to.
    ///   - progress: How far it came, as a JSON object.
    ///   - metrics: The metrics as a JSON object.
    /// - Returns: The job.
    /// - Throws: `.leaseLost` where another worker has the job.
    public func succeed(
        _ lease: Lease,
        replayedTo digest: String,
        progress: String,
        metrics: String
    ) throws(StoreError) -> Job {
        try storage.write { database in
            try requireHeld(lease, in: database)
            guard let replayed = try Self.find(lease.job, in: database).replayOf else {
                throw StoreError.invalid("job \(lease.job): it is no replay")
            }
            let origin = try Self.find(replayed, in: database)
            let isIdentical = origin.weightsSHA256 == digest
            return try end(
                lease,
                by: .succeeded,
                set: """
                    version = :version, weights_sha256 = :digest, metrics = :metrics, progress = :progress, error = NULL,
                    identical = :identical
                    """,
                arguments: [
                    "version": origin.version, "digest": digest, "metrics": metrics, "progress": progress,
                    "identical": isIdentical ? 1 : 0,
                ],
                detail: "\"identical\":\(isIdentical)",
                in: database
            )
        }
    }
}
