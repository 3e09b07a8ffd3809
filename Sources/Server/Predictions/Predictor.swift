import JSON
import ModelStore
import NN

/// Answers instances with stored models: finds the version, checks the instances, batches and computes.
final class Predictor: Sendable {
    private let models: ServedModels
    private let (threads, rowsThreads): (InferenceThreads, InferenceThreads)
    private let sessions: Sessions
    /// How old what names of models mean is.
    let names = NameAge()
    /// What the versions of models have answered.
    let statistics: StatisticsRegistry
    /// The most rows that are computed at once.
    let batchRows: Int

    /// Where requests are best read and answered: on the threads that compute, so that an answer needs no change of
    /// thread.
    var executor: any TaskExecutor { threads }

    /// A predictor with its own threads.
    ///
    /// - Parameters:
    ///   - loader: Where models come from.
    ///   - threads: How many batches are computed at once, in each lane.
    ///   - byteLimit: The memory that models in use may take.
    init(loader: ModelLoader, threads: Int, byteLimit: Int) {
        models = ServedModels(loader: loader, byteLimit: byteLimit, names: names)
        statistics = loader.statistics
        sessions = Sessions(memory: loader.memory)
        batchRows = loader.batchRows
        self.threads = InferenceThreads(count: threads, lane: .short)
        rowsThreads = InferenceThreads(count: threads, lane: .long)
    }

    /// Runs what belongs to a lane on its threads.
    func run<Value: Sendable>(in lane: PredictionLane, _ body: () async throws -> Value) async throws -> Value {
        switch lane {
        case .short: try await body()
        case .long: try await withTaskExecutorPreference(rowsThreads) { try await body() }
        }
    }

    /// What a row takes while it is answered, and what each number of its answer does, as such and as text.
    private static let (rowBytes, numberBytes) = (8, 20)

    /// Answers a request; the bits of an answer don't depend on what else is asked at the time.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model or version, `FaultyInput` for instances that the
    ///   model can't take.
    func predict(_ request: PredictionRequest) async throws -> Prediction {
        try Task.checkCancellation()
        let model = try await models.model(request.model, version: request.version)
        try Task.checkCancellation()
        try request.decoding?.check(model.network.outputs)
        return try await counted(model) {
            try await predict(request, try request.values(for: model.inputs), of: model)
        }
    }

    /// Answers instances that are read for a model.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - priority: Which requests go before others, the smallest number first.
    ///   - read: Reads the instances as the model takes them.
    /// - Returns: The answers.
    /// - Throws: What `read` throws, `FaultyInput` for a size that the model doesn't take, `CancellationError` where the
    ///   task is cancelled.
    func prediction(
        by model: ServedModel,
        priority: Int = .max,
        of read: (ModelInputs) throws -> InstanceRows
    ) async throws -> Prediction {
        try await counted(model) { try await prediction(of: read(model.inputs), by: model, priority: priority) }
    }

    /// Answers instances that have been read.
    ///
    /// - Throws: `FaultyInput` for a size that the model doesn't take, `CancellationError` where the task is cancelled.
    func prediction(
        of instances: InstanceRows,
        by model: ServedModel,
        priority: Int = .max
    ) async throws -> Prediction {
        let nothing = PredictionRequest.Instances.raw(.text(""))
        var request = PredictionRequest(model: model.name, version: VersionReference(model.version), instances: nothing)
        request.priority = priority
        return try await predict(request, instances, of: model)
    }

    /// Counts a request to a model, and how long it takes.
    private func counted(
        _ model: ServedModel,
        _ answer: () async throws -> Prediction
    ) async throws -> Prediction {
        let begin = ContinuousClock.now
        do {
            let prediction = try await answer()
            model.statistics.ended(after: begin.duration(to: .now), isAnswered: true)
            return prediction
        } catch {
            model.statistics.ended(after: begin.duration(to: .now), isAnswered: false)
            throw error
        }
    }

    private func predict(
        _ request: PredictionRequest,
        _ instances: InstanceRows,
        of model: ServedModel
    ) async throws -> Prediction {
        if let sized = model.sized { return try await predict(request, instances, of: model, sized) }
        let network = model.network
        let (rows, inputs, notes) = (instances.rows, instances.values, instances.notes)
        let answerBytes = rows * (Self.rowBytes + network.outputShape.volume * Self.numberBytes)
        try await RequestMemory.current?.take(answerBytes, waits: false)
        let values =
            if let session = request.session {
                try await answers(
                    rows: rows,
                    [SessionPart(rows: Array(0..<rows), values: inputs, carrying: model.carryingModel())],
                    of: model,
                    in: session
                ).flatMap(\.self)
            } else {
                try await answers(rows: rows, inputs, of: model.served, priority: request.priority)
            }
        return Prediction(
            model: model.name,
            version: model.version,
            rows: rows,
            outputs: network.outputs,
            values: values,
            labels: model.labels,
            logitsActivations: model.logitsActivations,
            top: request.top,
            decoding: request.decoding,
            notes: notes
        )
    }

    /// Answers rows that may differ in size, those of each size in batches of their own.
    private func predict(
        _ request: PredictionRequest,
        _ instances: InstanceRows,
        of model: ServedModel,
        _ sized: SizedServing
    ) async throws -> Prediction {
        let (groups, shapes) = try instances.grouped(for: sized)
        model.countMemory()
        let numbers = shapes.reduce(0) { $0 + $1.reduce(0) { $0 + $1.volume } }
        try await RequestMemory.current?.take(instances.rows * Self.rowBytes + numbers * Self.numberBytes, waits: false)
        var answers = [[Float]](repeating: [], count: instances.rows)
        if let session = request.session {
            let parts = try groups.map { group in
                let carrying = try sized.carrying(for: group.size, of: model.name)
                return SessionPart(rows: group.rows, values: group.values, carrying: carrying)
            }
            model.countMemory()
            let given = try await self.answers(rows: instances.rows, parts, of: model, in: session)
            for part in parts {
                for row in part.rows {
                    answers[row] = part.carrying.served.network.cropped(given[row][...], to: shapes[row])
                }
            }
        }
        for group in request.session == nil ? groups : [] {
            let network = try sized.network(for: group.size)
            let given = try await self.answers(
                rows: group.rows.count,
                group.values,
                of: network,
                priority: request.priority
            )
            let width = network.network.outputShape.volume
            for (place, row) in group.rows.enumerated() {
                answers[row] = network.network.cropped(given[place * width..<(place + 1) * width], to: shapes[row])
            }
        }
        let alike = shapes.dropFirst().allSatisfy { $0 == shapes[0] }
        return Prediction(
            model: model.name,
            version: model.version,
            rows: instances.rows,
            outputs: zip(model.network.outputs, shapes[0]).map { $0.sized($1) },
            values: answers.flatMap(\.self),
            labels: model.labels,
            logitsActivations: model.logitsActivations,
            top: request.top,
            decoding: request.decoding,
            notes: instances.notes,
            rowShapes: alike ? nil : shapes
        )
    }

    /// The version of a model that is asked for, ready to answer.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model or version.
    func model(_ name: String, version: VersionReference) async throws -> ServedModel {
        try await models.model(name, version: version)
    }

    /// What a network answers some rows, in a batch with whatever else waits for it.
    ///
    /// - Throws: `CancellationError` where the task is cancelled.
    func answers(
        rows: Int,
        _ inputs: [Float],
        of network: ServedNetwork,
        priority: Int = .max
    ) async throws -> [Float] {
        try await answers(rows: rows, RowNumbers([inputs]), of: network, priority: priority)
    }

    /// What a network answers some rows whose numbers lie in several arrays, in a batch with whatever else waits for it.
    ///
    /// - Throws: `CancellationError` where the task is cancelled.
    func answers(
        rows: Int,
        _ inputs: RowNumbers,
        of network: ServedNetwork,
        priority: Int = .max
    ) async throws -> [Float] {
        let pending = PendingPrediction(
            rows: rows,
            inputs: inputs,
            outputWidth: network.network.outputShape.volume,
            priority: priority
        )
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard pending.begin(continuation) else { return }
                switch pending.lane {
                case .short: threads.submit(pending, to: network)
                case .long: rowsThreads.submit(pending, to: network)
                }
            }
        } onCancel: {
            pending.cancel()
        }
    }

    /// Rows of a session that are answered in one size.
    private struct SessionPart: Sendable {
        /// Which rows of the request they are.
        let rows: [Int]
        /// Their numbers, row after row.
        let values: [Float]
        /// What answers them.
        let carrying: CarryingModel
    }

    /// What a stateful model answers some rows where a session goes on, each by itself.
    private func answers(
        rows: Int,
        _ parts: [SessionPart],
        of model: ServedModel,
        in session: String
    ) async throws -> [[Float]] {
        try await sessions.go(on: session, of: model.name) { memory in
            let known = memory?.version == model.identity ? memory : nil
            if let known, known.rows != rows {
                throw FaultyInput(
                    Fault(
                        pointer: "/instances",
                        detail: "the session \"\(session)\" goes on row by row and has \(known.rows); found \(rows)"
                    )
                )
            }
            let width = parts.first?.carrying.stateWidth ?? 0
            var states = known?.states ?? [Float](repeating: 0, count: rows * width)
            var answers = [[Float]](repeating: [], count: rows)
            for part in parts {
                let network = part.carrying.served
                let inputWidth = part.values.count / part.rows.count
                var taken: [Float] = []
                taken.reserveCapacity(part.values.count + part.rows.count * width)
                for (place, row) in part.rows.enumerated() {
                    taken += part.values[place * inputWidth..<(place + 1) * inputWidth]
                    taken += states[row * width..<(row + 1) * width]
                }
                let given = try await self.answers(rows: part.rows.count, taken, of: network)
                let answerWidth = network.network.outputShape.volume
                for (place, row) in part.rows.enumerated() {
                    let own = given[place * answerWidth..<(place + 1) * answerWidth]
                    answers[row] = Array(own.dropLast(width))
                    states.replaceSubrange(row * width..<(row + 1) * width, with: own.suffix(width))
                }
            }
            return (answers, Sessions.Memory(version: model.identity, rows: rows, states: states))
        }
    }

    /// Has a session of a model begin anew, or all of them.
    func reset(_ session: String?, of model: String) { sessions.reset(session, of: model) }

    /// Lets go of the model that was used least recently, for others to have its memory; false where there is none.
    func giveUpModel() -> Bool { models.giveUpOne() }

    /// Lets go of what a model takes of the memory; its next request loads it anew.
    func rest(model name: String) { models.forget(name) }

    /// Lets go of a model that was deleted.
    func forget(model name: String) {
        models.forget(name)
        sessions.reset(nil, of: name)
    }

    /// Has the next request without a version find a model's new version.
    func renew(model name: String) { models.renew(name) }

    /// Ends the threads, once the last request has been answered.
    func stop() {
        threads.stop()
        rowsThreads.stop()
    }
}
