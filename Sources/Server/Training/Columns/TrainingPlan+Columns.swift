import Features
import JSON
import ModelStore
import NN

extension TrainingPlan {
    /// What the front of the version has learned that the training goes on from; nil where it learns anew, as a fork never
    /// does.
    static func state(
        of model: StoredModel,
        _ version: VersionName?,
        _ options: TrainingOptions,
        _ store: Store,
        isFork: Bool = false
    ) throws -> String? {
        guard let version, version != .initial, isFork || options.adapts != true else { return nil }
        return try store.versions.find(model: model.name, version).front
    }

    /// A training on columns: everything that can be told of it before it begins.
    struct OnColumns {
        let prepared: ColumnPreparation
        let options: TrainingOptions
        /// How many rows there are.
        let count: Int
        /// The rows; where they differ in size the first ones.
        let rows: PreparedRows
    }

    /// Finds the columns that a request means, and checks that the model can learn from them.
    ///
    /// - Throws: `FaultyInput` with what doesn't fit.
    static func columns(
        _ request: TrainingRequest,
        _ model: StoredModel,
        _ defined: DefinedModel,
        _ dataset: StoredDataset,
        _ options: TrainingOptions,
        _ networks: NetworkCache,
        _ store: Store
    ) throws -> OnColumns {
        guard let columns = try DatasetColumns(dataset, in: store)?.joined(request.selection.validation, in: store)
        else {
            throw FaultyInput(
                Fault(
                    pointer: "/dataset",
                    detail:
                        "\"\(dataset.name)\" has rows of numbers without names, not columns; upload it again as a table"
                )
            )
        }
        let task = try ColumnTask(request.selection, columns, model: defined, options: options)
        let options = task.settled(options)
        try refuseHoles(task, columns, defined)
        do {
            let prepared = try ColumnPreparation(
                task,
                defined,
                stored: model,
                networks: networks,
                options: options,
                limit: ColumnPreparation.sampleRows
            )
            let rows = prepared.training(options)
            try check(rows, prepared.network, options.trial(rows: rows.rows, of: task.training.starts.count))
            if let labels = task.labels,
                let known = try store.labels(of: model.name, version: request.initialName(store))
            {
                let outputs = prepared.network.outputs.map(\.name)
                if let conflict = known.conflict(with: labels, outputs: outputs) {
                    throw FaultyInput(Fault(pointer: "/initial_version", detail: conflict))
                }
            }
            return OnColumns(
                prepared: prepared,
                options: options,
                count: task.training.starts.count,
                rows: rows
            )
        } catch let fault as RowFault {
            throw FaultyInput(Fault(pointer: "/dataset", detail: fault.description))
        }
    }

    /// Refuses columns with missing values where nothing fills them.
    static func refuseHoles(_ task: ColumnTask, _ columns: DatasetColumns, _ model: DefinedModel) throws {
        guard model.front == nil else { return }
        var faults = Faults()
        for column in task.bindings.flatMap(\.columns) {
            let name = task.source.columns[column].name
            guard let missing = columns.missing[name], missing > 0 else { continue }
            faults.add(
                "/inputs",
                "\(missing) values of the column \"\(name)\" are missing; put an Imputation before the first trained layer, or "
                    + "leave the column out of \"inputs\""
            )
        }
        try faults.check()
    }

    /// How many rows are prepared before a job is accepted.
    private static let trialRows = 64

    /// Checks that a network can learn from rows, as far as the first ones and all targets tell.
    private static func check(_ rows: PreparedRows, _ network: Network, _ options: TrainingOptions) throws {
        var faults = Faults()
        do {
            try options.check(network, on: rows)
        } catch {
            for fault in error.faults {
                faults.add(fault.pointer.isEmpty ? "/dataset" : fault.pointer, fault.detail)
            }
        }
        try faults.check()
        // Tokens are checked as they come.
        guard !rows.partsTokens else { return try rows.tryOut(Self.trialRows) }
        let rules = try options.targetRules(of: network, for: rows)
        try TargetCheck.run(rows.storedTargets, rules, rows: [(.train, rows.rows)]) { _, row in
            try rows.targetNumbers(of: row)
        } report: { _, _, row, problem in
            faults.add("/dataset", "row \(rows.record(of: row)): \(problem)")
            return faults.list.count < Faults.limit
        }
        try faults.check()
        try rows.tryOut(Self.trialRows)
    }
}

extension TrainingOptions {
    /// The same for the first rows of all, none of which validates.
    func trial(rows: Int, of all: Int) -> TrainingOptions {
        guard rows < all else { return self }
        var trial = self
        (trial.validationRows, trial.validationSplit) = (0, 0)
        (trial.earlyStopping, trial.plateauReduction) = (nil, nil)
        return trial
    }
}

extension TrainingRequest {
    /// The version that the training goes on from; nil for none.
    fileprivate func initialName(_ store: Store) throws -> VersionName? {
        try initialVersion.map { try store.version(of: $0, model: model) }
    }
}
