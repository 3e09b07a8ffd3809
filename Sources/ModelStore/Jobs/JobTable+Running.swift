import SQL

/// What a worker writes about the job it runs. Each call throws `.leaseLost` where another worker has the job.
extension JobTable {
    /// Writes down what has come of a run since the last time, in its order, with an event for each record but norms.
    ///
    /// A job that went on from a checkpoint runs some epochs again; they replace what was recorded, without an event. Many
    /// records are several transactions, so that whoever else wants to write does not wait for all of them.
    public func record(_ lease: Lease, _ records: [RunRecord]) throws(StoreError) {
        for start in stride(from: 0, to: records.count, by: Self.recordsAtOnce) {
            let some = records[start..<min(start + Self.recordsAtOnce, records.count)]
            try storage.write { database in
                for record in some { try write(record, by: lease, in: database) }
            }
        }
    }

    /// How many records a transaction writes down at most.
    private static let recordsAtOnce = 200

    private func write(_ record: RunRecord, by lease: Lease, in database: any Connection) throws {
        switch record {
        case .progress(let progress, let metrics):
            try report(progress, metrics, by: lease, in: database)
        case .epoch(let number, let metrics):
            try insertEpoch(number, metrics, by: lease, in: database)
        case .norms(let number, let norms):
            try insertNorms(norms, ofEpoch: number, by: lease, in: database)
        }
    }

    private func report(_ progress: String, _ metrics: String?, by lease: Lease, in database: any Connection) throws {
        try database.run(
            sql: """
                UPDATE jobs SET progress = :progress, metrics = coalesce(:metrics, metrics) WHERE \(Self.isHeld)
                """,
            arguments: Self.holder(lease) + ["progress": progress, "metrics": metrics]
        )
        guard database.changesCount > 0 else { throw Self.lost(lease) }
        try JobEvent.insert(.progress, by: lease, data: progress, at: storage.clock.now(), in: database)
    }

    private func insertEpoch(_ number: Int, _ metrics: String, by lease: Lease, in database: any Connection) throws {
        // With its checksum in one statement, since epochs may be short and the database far away.
        let checksum = RowChecksum.epochs.sum(of: [
            .integer(lease.job.number), .integer(Int64(number)), .text(metrics),
        ])
        let arguments = Self.holder(lease) + ["number": number, "metrics": metrics, "checksum": checksum]
        try database.run(
            sql: """
                UPDATE epochs SET metrics = :metrics, row_crc32 = :checksum
                WHERE job_id = :id AND number = :number AND \(Self.isHeldByWriter)
                """,
            arguments: arguments
        )
        guard database.changesCount == 0 else { return }
        try database.run(
            sql: """
                INSERT INTO epochs (job_id, number, metrics, row_crc32)
                SELECT id, :number, :metrics, :checksum FROM jobs WHERE \(Self.isHeld)
                """,
            arguments: arguments
        )
        guard database.changesCount > 0 else { throw Self.lost(lease) }
        try JobEvent.insert(.epoch, by: lease, data: metrics, at: storage.clock.now(), in: database)
    }

    /// Ends the job with a new version: weights, version, metrics, state and event in one transaction.
    public func succeed(
        _ lease: Lease,
        version: NewVersion,
        progress: String? = nil,
        metrics: String
    ) throws(StoreError) -> Job {
        let packed = try PackedVersion(version)
        return try storage.write { database in
            try requireHeld(lease, in: database)
            let stored = try VersionTable.insert(
                version,
                packed,
                model: try Self.find(lease.job, in: database).model,
                job: lease.job,
                at: storage.clock.now(),
                in: database
            )
            return try end(
                lease,
                by: .succeeded,
                set: """
                    version = :version, weights_sha256 = :digest, metrics = :metrics,
                    progress = coalesce(:progress, progress), error = NULL
                    """,
                arguments: [
                    "version": stored.number, "digest": stored.weightsSHA256, "metrics": metrics,
                    "progress": progress,
                ],
                detail: "\"version\":\(stored.number)",
                in: database
            )
        }
    }

    /// Ends the job for a cause that a retry won't mend; `error` is a JSON object.
    public func fail(_ lease: Lease, error: String) throws(StoreError) -> Job {
        try storage.write { try fail(lease, error: error, in: $0) }
    }

    /// Puts the job back into the queue for a passing cause, with a wait that doubles each time.
    ///
    /// Where the attempts are used up the job fails instead. `error` is a JSON object.
    public func retry(_ lease: Lease, error: String) throws(StoreError) -> Job {
        try storage.write { database in
            try requireHeld(lease, in: database)
            let attempts = try Self.find(lease.job, in: database).attempts + 1
            guard attempts < storage.options.maximumAttempts else {
                return try fail(lease, error: error, in: database)
            }
            let wait = storage.options.backoff(attempt: attempts)
            return try end(
                lease,
                by: .retried,
                set: "error = :error, attempts = :attempts, run_at = :runAt",
                arguments: [
                    "error": error, "attempts": attempts,
                    "runAt": storage.clock.now().advanced(byMilliseconds: wait).milliseconds,
                ],
                detail: "\"error\":\(error)",
                in: database
            )
        }
    }

    /// Puts the job back into the queue for a while, since what it needs beside a worker isn't there.
    ///
    /// - Parameters:
    ///   - lease: The right to run the job.
    ///   - need: What it waits for, in a word.
    ///   - milliseconds: How long nobody takes it.
    ///   - progress: What its progress shows meanwhile, a JSON object.
    /// - Throws: `.leaseLost` where another worker has the job.
    public func postpone(
        _ lease: Lease,
        for need: String,
        milliseconds: Int64,
        progress: String
    ) throws(StoreError) {
        _ = try storage.write { database in
            try end(
                lease,
                by: .retried,
                set: "run_at = :runAt, progress = :progress",
                arguments: [
                    "progress": progress,
                    "runAt": storage.clock.now().advanced(byMilliseconds: milliseconds).milliseconds,
                ],
                detail: "\"waiting_for\":\"\(need)\"",
                in: database
            )
        }
    }

    /// Ends the job as cancelled; the worker has stopped.
    public func finishCancel(_ lease: Lease) throws(StoreError) -> Job {
        try storage.write { database in
            try end(lease, by: .cancelled, in: database)
        }
    }

    /// Pauses the job; the worker has saved a checkpoint and stopped.
    ///
    /// Where the client withdrew the pause meanwhile the job is released instead, and where the client cancelled it
    /// is cancelled; the state of the job returned tells.
    public func finishPause(_ lease: Lease) throws(StoreError) -> Job {
        try storage.write { database in
            try requireHeld(lease, in: database)
            let transition: JobTransition =
                switch try Self.find(lease.job, in: database).requested {
                case .pause: .paused
                case .cancel: .cancelled
                case .proceed: .released
                }
            return try end(lease, by: transition, in: database)
        }
    }

    func requireHeld(_ lease: Lease, in database: any Connection) throws {
        let isHeld = try Bool.one(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM jobs WHERE \(Self.isHeld))",
            arguments: Self.holder(lease)
        )
        guard isHeld == true else { throw Self.lost(lease) }
    }

    func fail(_ lease: Lease, error: String, in database: any Connection) throws -> Job {
        try end(
            lease,
            by: .failed,
            set: "error = :error",
            arguments: ["error": error],
            detail: "\"error\":\(error)",
            in: database
        )
    }

    func end(
        _ lease: Lease,
        by transition: JobTransition,
        set assignments: String = "",
        arguments: Arguments = Arguments(),
        detail: String? = nil,
        in database: any Connection
    ) throws -> Job {
        let job = try move(
            lease.job,
            by: transition,
            where: Self.isHeld,
            set: assignments,
            arguments: Self.holder(lease) + arguments,
            detail: detail,
            in: database
        )
        guard let job else { throw Self.lost(lease) }
        return job
    }
}
