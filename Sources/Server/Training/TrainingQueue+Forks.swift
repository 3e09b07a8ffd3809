import JSON
import ModelStore
import NN

/// Jobs that go on from other jobs, or repeat them.
extension TrainingQueue {
    /// Accepts a job that goes on behind a kept epoch of another one.
    ///
    /// - Parameters:
    ///   - id: The origin.
    ///   - body: The epoch, and the options that change.
    ///   - key: A key under which the request is carried out once.
    /// - Returns: The answer, with the job.
    /// - Throws: `StoreError.notFound` for an unknown job, `MissingReferences` for an epoch that isn't kept, `FaultyInput`
    ///   for what can't change, `StoreError.conflict` where the data are others since.
    func fork(_ id: JobID, _ body: JSONValue, once key: AnswerKey?) async throws -> FirstAnswer {
        let ownMemory = RequestMemory.current
        let answer = try await threads.run {
            if let key, let known = try store.answers.find(key) { return FirstAnswer(known) }
            let fork = try ForkRequest(body)
            let job = try trainingJob(id, "forked")
            let kept = try keptEpoch(of: job, fork.epoch)
            let request = try fork.request(of: job, kept)
            let version = try store.versions.find(model: job.model, .kept(kept))
            try requireSameData(job, fingerprint: version.datasetFingerprint, request.selection)
            let plan = try plan(request, ownMemory)
            _ = try checkedBytes(of: plan)
            return try enqueue(plan, once: key)
        }
        if !answer.isRepeated { workers.wake() }
        return answer
    }

    /// Accepts a job that does again what another one did, and tells whether it comes to the same weights.
    ///
    /// - Parameters:
    ///   - id: The origin.
    ///   - key: A key under which the request is carried out once.
    /// - Returns: The answer, with the job.
    /// - Throws: `StoreError.notFound` for an unknown job, `StoreError.conflict` where it did not succeed or where what it
    ///   learned from is another by now.
    func replay(_ id: JobID, once key: AnswerKey?) async throws -> FirstAnswer {
        let answer = try await threads.run {
            if let key, let known = try store.answers.find(key) { return FirstAnswer(known) }
            let job = try trainingJob(id, "replayed")
            guard job.state == .succeeded else {
                throw StoreError.conflict(
                    "job \(id): it is \(job.state.rawValue), so that there are no weights to compare with"
                )
            }
            let version = try optional { try job.version.map { try store.versions.find(model: job.model, number: $0) } }
            let stored = try StoredRequest(JSONDocument(parsing: job.request).root)
            try requireSameData(job, fingerprint: version?.datasetFingerprint, stored.selection)
            if let number = job.initialVersion, number > 0,
                try optional({ try store.versions.find(model: job.model, number: number) }) == nil
            {
                throw StoreError.conflict("job \(id): version \(number), which it began with, is gone")
            }
            let new = NewJob(
                model: job.model,
                dataset: job.dataset,
                initialVersion: job.initialVersion,
                request: job.request,
                progress: try job.progress.map { try QueuedProgress(again: $0, from: job.forkedFrom).jsonText },
                priority: job.priority,
                modelIdentifier: try store.models.find(job.model).identifier,
                beginning: .replay(id)
            )
            guard let key else { return Self.accepted(try store.jobs.enqueue(new), []) }
            return FirstAnswer(try store.jobs.enqueue(new, once: key) { Self.accepted($0, []).stored })
        }
        if !answer.isRepeated { workers.wake() }
        return answer
    }

    /// A job that trains, of a model that is the same since.
    private func trainingJob(_ id: JobID, _ wanted: String) throws -> Job {
        let job = try store.jobs.find(id)
        guard job.kind == .training else {
            throw StoreError.conflict("job \(id): it evaluates, and only a job that trains can be \(wanted)")
        }
        guard let model = try optional({ try store.models.find(job.model) }), model.createdAt <= job.createdAt else {
            throw StoreError.conflict(
                "job \(id): its model \"\(job.model)\" has been deleted since, so that it can't be \(wanted)"
            )
        }
        return job
    }

    private func keptEpoch(of job: Job, _ epoch: Int?) throws -> KeptEpoch {
        do {
            return try store.jobs.keptEpoch(of: job.id, epoch)
        } catch .notFound(let message) {
            var missing = Faults()
            missing.add("/epoch", message)
            throw MissingReferences(faults: missing)
        }
    }

    /// Refuses a job whose data are not those that the other one learned from.
    private func requireSameData(_ job: Job, fingerprint: String?, _ selection: ColumnSelection) throws {
        guard let name = job.dataset, let dataset = try optional({ try store.datasets.find(name) }) else {
            let what = job.dataset.map {
                InlineData.isReserved($0) ? "the data that came with it are" : "its dataset \"\($0)\" is"
            }
            throw StoreError.conflict(
                "job \(job.id): \(what ?? "its data are") gone, so that nothing can learn from it again"
            )
        }
        let isOther =
            fingerprint.map { $0 != dataset.sha256 } ?? job.startedAt.map { dataset.createdAt > $0 } ?? false
        guard !isOther else {
            throw StoreError.conflict(
                "job \(job.id): its dataset \"\(name)\" has been replaced since, so that other weights would come of it"
            )
        }
        guard case .dataset(let other)? = selection.validation else { return }
        let validation = try optional { try store.datasets.find(other) }
        guard let validation, job.startedAt.map({ validation.createdAt <= $0 }) ?? true else {
            throw StoreError.conflict(
                "job \(job.id): the dataset \"\(other)\", which it validates with, has been replaced since"
            )
        }
    }

    /// What is there; nil where it isn't.
    private func optional<Value>(_ find: () throws -> Value?) throws -> Value? {
        do {
            return try find()
        } catch StoreError.notFound {
            return nil
        }
    }
}
