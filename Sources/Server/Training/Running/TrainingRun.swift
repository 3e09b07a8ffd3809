import Features
import JSON
import Logging
import ModelStore
import NN
import Platform

/// One claimed job, from where it stands to its end or to where it is cut, in the calling thread.
struct TrainingRun: ClaimedRun {
    let store: Store
    let networks: NetworkCache
    let predictor: Predictor
    let threads: Int
    let checkpointInterval: Duration
    let claim: Claim
    let control: RunControl
    let memory: MemoryBudget
    let ranks: RankTransport
    let logger: Logger

    /// How long a run goes on before its progress is reported again.
    private static let reportInterval = Duration.milliseconds(500)
    /// A checkpoint is due at the end of each epoch, but where epochs are short, saving takes no more than one part in
    /// this many of the time.
    private static let checkpointShare = 20

    var lease: Lease { claim.lease }

    func work() throws {
        let request = try request()
        guard let datasetName = claim.job.dataset else { throw StoreError.corrupt("the job has no dataset") }
        let model = try store.models.find(claim.job.model)
        let dataset = try store.datasets.find(datasetName)
        guard let rows = try rows(request, model, dataset) else { return try comeBackUnstarted() }
        let (network, options, data) = (rows.network, rows.options, rows.training)
        let bytes =
            try rows.keptBytes
            + TrainingEstimate.expectedBytes(
                network: network,
                options: options,
                data: data,
                testRows: rows.test?.rows ?? 0,
                threads: threads
            )
        let copied = request.takesNorms ? network.layout.count * MemoryLayout<Float>.stride : 0
        guard let held = try reserve(bytes + copied) else { return try comeBackUnstarted() }
        defer { withExtendedLifetime(held) {} }
        let fault = try train(request, rows, dataset, keeper(request, rows, dataset))
        // The session is gone by now, so that another one takes its memory.
        if let fault { try fail(fault, rows) }
    }

    /// Trains to the job's end, or to where it is cut.
    ///
    /// - Returns: Where the run diverged; nil where it didn't.
    private func train(
        _ request: StoredRequest,
        _ rows: Rows,
        _ dataset: StoredDataset,
        _ keeper: EpochKeeper?
    ) throws -> Diverged? {
        let session = try session(rows.options, rows.network, rows.training, isResumed: claim.isResumed)
        if request.takesNorms { session.takeNorms() }
        let recorder = RunRecorder(jobs: store.jobs, lease: lease)
        let writer = CheckpointWriter(checkpoints: store.checkpoints, lease: lease, recorder: recorder)
        // Whatever comes next for the job, it comes after what is being written.
        defer {
            writer.wait()
            // Where the run ends for another reason, that one is told.
            try? recorder.wait()
        }
        let leader = try leader(request.ranks, session)
        defer { leader?.close() }
        do {
            guard try leader?.gather(until: { control.wish != .proceed }) ?? true else {
                try postpone(session)
                return nil
            }
            switch try run(session, writer, recorder, keeper, leader) {
            case .finished: break
            case .paused, .cancelled:
                try comeBack(session, writer, recorder)
                return nil
            }
        } catch let error as TrainingError {
            guard let divergence = session.divergence else { throw error }
            return Diverged(divergence: divergence, error: error)
        }
        try leader?.conclude(session)
        var measurements = session.kept?.measurements ?? []
        if let test = rows.test {
            let found = try session.evaluate(test, prefix: "test_") { _, _ in command }
            guard let found else {
                try comeBack(session, writer, recorder)
                return nil
            }
            measurements += found
        }
        // The job's end needs no checkpoint, and its own memory.
        writer.hurry()
        writer.wait()
        try recorder.wait()
        try succeed(session, rows, dataset, measurements)
        return nil
    }

    /// What a job learns from and is tested on.
    struct Rows {
        let network: Network
        let options: TrainingOptions
        let training: any TrainingData
        /// The rows to test on; nil where there are none.
        let test: (any TrainingData)?
        let labels: ClassLabels?
        /// What the model's front has learned; nil for nothing.
        var state: String?
        /// The bytes of prepared rows that are kept.
        var keptBytes = 0
        /// The place of a row to train on in the data as they were given.
        let record: (Int) -> Int
    }

    /// Opens the job's data; nil where the run is to come back before the model's front has learned from it.
    func rows(_ request: StoredRequest, _ model: StoredModel, _ dataset: StoredDataset) throws -> Rows? {
        let options = request.options
        let state = try TrainingPlan.state(of: model, claim.job.initialName, options, store, isFork: isFork)
        let defined = try networks.model(of: model, state: state)
        guard dataset.form == .columns || request.selection.needsColumns || defined.front != nil else {
            let layout = try RowLayout(dataset)
            let file = try open(dataset.name, dataset)
            let network = defined.network
            let rows = try StoredRows(file, .train, layout: layout, options: options, network: network)
            return Rows(
                network: network,
                options: options,
                training: try request.selection.fold.map { fold in
                    try FoldedRows(rows, file, fold: fold, seed: options.seed)
                } ?? rows,
                test: try file.testRows > 0
                    ? StoredRows(file, .test, layout: layout, options: options, network: network) : nil,
                labels: layout.labels,
                record: { Int(file.order[$0]) }
            )
        }
        let validation = request.selection.validation
        guard let columns = try DatasetColumns(dataset, in: store)?.joined(validation, in: store) else {
            throw StoreError.invalid(
                "dataset \"\(dataset.name)\" has no columns any more; it was replaced since the job was sent"
            )
        }
        let task = try ColumnTask(request.selection, columns, model: defined, options: options)
        let settled = task.settled(options)
        struct Interrupted: Error {}
        do {
            let prepared = try ColumnPreparation(
                task,
                defined,
                stored: model,
                networks: networks,
                options: settled,
                scratch: store.datasets.folder
            ) {
                guard control.wish == .proceed else { throw Interrupted() }
            }
            let training = prepared.training(settled)
            return Rows(
                network: prepared.network,
                options: settled,
                training: training,
                test: prepared.test(settled),
                labels: task.labels,
                state: prepared.front?.state,
                keptBytes: prepared.cacheBytes,
                record: { training.record(of: $0) }
            )
        } catch is Interrupted {
            return nil
        }
    }

    /// The words of the classes: those of the data, else those of the version that the job goes on from.
    func labels(_ rows: Rows) throws -> ClassLabels? {
        let earlier = try store.labels(of: claim.job.model, version: claim.job.initialName)
        return rows.labels?.filled(from: earlier, outputs: rows.network.outputs.map(\.name)) ?? earlier
    }

    private func open(_ name: String, _ dataset: StoredDataset) throws -> DatasetFile {
        do throws(StoreError) {
            return try store.datasets.open(name, found: dataset)
        } catch {
            guard case .corrupt(let message) = error, InlineData.isReserved(name) else { throw error }
            throw StoreError.corrupt("the data that came with the request are damaged; send it again (\(message))")
        }
    }

    /// What the job was asked to do.
    func request() throws -> StoredRequest {
        do {
            return try StoredRequest(JSONDocument(parsing: claim.job.request).root)
        } catch {
            throw StoreError.corrupt("the job's stored options can't be read: \(error)")
        }
    }

    /// A session that goes on at the newest checkpoint.
    ///
    /// Without one, or with a damaged one, it begins anew, to the same
    /// weights. A fork can't: it has no other beginning than its origin's checkpoint.
    func session(
        _ options: TrainingOptions,
        _ network: Network,
        _ data: any TrainingData,
        isResumed: Bool
    ) throws -> TrainingSession {
        do {
            if isResumed || isFork, let newest = try store.checkpoints.newest(of: claim.job.id),
                let part = newest.parts.first
            {
                return try TrainingSession(
                    network: network,
                    options: options,
                    data: data,
                    threads: threads,
                    resuming: TrainingCheckpoint(decoding: part.bytes),
                    isFork: newest.epoch == 0,
                    adapts: adapts
                )
            }
        } catch StoreError.corrupt(let message) where !isFork {
            logger.warning("job starts over", metadata: ["job": "\(claim.job.id)", "cause": "\(message)"])
        } catch TrainingError.badCheckpoint(let message) where !isFork {
            logger.warning("job starts over", metadata: ["job": "\(claim.job.id)", "cause": "\(message)"])
        }
        guard !isFork else {
            throw StoreError.corrupt("what the fork began with is damaged, or goes with an option no more; fork again")
        }
        return try TrainingSession(
            network: network,
            options: options,
            data: data,
            threads: threads,
            weights: ModelWeights.load(network, version: claim.job.initialName ?? .initial, from: store),
            adapts: adapts,
            remembered: store.optimizerState(of: claim.job.model, claim.job.initialName, options.optimizer, network)
        )
    }

    /// Whether the job goes on from where another one stood.
    private var isFork: Bool { claim.job.forkedFrom != nil }

    /// Whether layers learn from the rows before the first step where the client doesn't say it: what a version has
    /// learned stays.
    var adapts: Bool { claim.job.initialName == nil }

    var command: TrainingCommand {
        switch control.wish {
        case .proceed: .proceed
        case .pause, .stop: .pause
        case .cancel, .abandon: .cancel
        }
    }

    private func run(
        _ session: TrainingSession,
        _ writer: CheckpointWriter,
        _ recorder: RunRecorder,
        _ keeper: EpochKeeper?,
        _ leader: RankLeader?
    ) throws -> TrainingOutcome {
        var reported = ContinuousClock.now
        var saved = ContinuousClock.now
        report(session, recorder)
        return try lead(leader, session) { session, event in
            try writer.check()
            try recorder.check()
            let now = ContinuousClock.now
            var due = checkpointInterval
            if case .epoch(let record) = event {
                recorder.add(.epoch(number: record.epoch, metrics: record.jsonText))
                if let norms = norms(of: session) { recorder.add(.norms(epoch: record.epoch, norms)) }
                due = min(due, writer.cost * Self.checkpointShare)
                if let keeper {
                    try writer.keep(session, as: keeper.order(record))
                    saved = now
                }
            }
            if saved.duration(to: now) >= due, writer.isIdle {
                writer.save(session)
                saved = now
            }
            if reported.duration(to: now) >= Self.reportInterval {
                report(session, recorder)
                reported = now
            }
            guard command == .proceed, let leader else { return command }
            return leader.wantsChange(event) ? .pause : .proceed
        }
    }

    /// The norms of the epoch that is over; nil where none are taken.
    private func norms(of session: TrainingSession) -> String? {
        session.takenNorms.map { StoredNorms(tensors: session.trainedTensors, norms: $0).jsonText }
    }

    private func report(_ session: TrainingSession, _ recorder: RunRecorder) {
        let progress = session.progress
        // What the running epoch has no measure of yet, such as validation, stays as it was after the last one.
        let current = Set(progress.measurements.map(\.name))
        let earlier = session.history.last?.measurements.filter { !current.contains($0.name) } ?? []
        recorder.add(
            .progress(progress.jsonText, metrics: Measurements(progress.measurements + earlier).jsonText)
        )
    }

    /// Ends a run that was asked to come back before its end.
    private func comeBack(_ session: TrainingSession, _ writer: CheckpointWriter, _ recorder: RunRecorder) throws {
        switch control.wish {
        case .cancel:
            try recorder.wait()
            _ = try store.jobs.finishCancel(lease)
        case .pause:
            try saveNow(session, writer, recorder)
            _ = try store.jobs.finishPause(lease)
        case .stop:
            try saveNow(session, writer, recorder)
            try store.jobs.release(lease)
        case .abandon: throw StoreError.leaseLost("job \(claim.job.id): another worker has it")
        case .proceed: break
        }
    }

    private func saveNow(_ session: TrainingSession, _ writer: CheckpointWriter, _ recorder: RunRecorder) throws {
        report(session, recorder)
        writer.save(session, hurries: true)
        writer.wait()
        try writer.check()
    }
}
