import JSON

/// All that a training run needs to go on elsewhere to the same bits: a copy, made between two steps.
///
/// Random numbers need no state of their own: each epoch's order and each step's key follow from the seed and the
/// position.
public struct TrainingCheckpoint: Sendable, Equatable {
    /// The weights, in the network's order.
    let weights: [Tensor]
    /// What the optimizer remembers, slot by slot, each like the weights.
    let slots: [[Tensor]]
    /// How many updates there were.
    let updates: Int
    /// The epochs that are over.
    let epoch: Int
    /// The steps of the next epoch that are done.
    let step: Int
    /// What these steps came to.
    let sums: RowSums
    /// What every finished epoch came to.
    let history: [EpochRecord]
    /// What the callbacks have seen.
    let callbacks: CallbackState
    /// What the run was: its model, options and rows.
    let run: Identity
    /// How long the epoch that runs has taken.
    var seconds = 0.0
    /// Those of the last step of the newest epoch whose steps are all done, where they are taken.
    var norms: EpochNorms?
    /// The format that it was stored in; the newest one for a copy of a session.
    var format = Self.newestFormat

    /// What tells one run from another.
    struct Identity: Sendable, Equatable {
        let model: String
        let options: String
        let rows: Int

        init(_ task: LearningTask, _ options: TrainingOptions, rows: Int) {
            model = Self.text(of: task.network.definition)
            self.options = Self.text(of: options)
            self.rows = rows
        }

        init(model: String, options: String, rows: Int) {
            self.model = model
            self.options = options
            self.rows = rows
        }

        /// Whether the run had these options, written by this program or by one that did not know all of them.
        func has(_ options: TrainingOptions) -> Bool {
            if self.options == Self.text(of: options) { return true }
            guard let document = try? JSONDocument(parsing: self.options) else { return false }
            return (try? TrainingOptions(document.root)) == options
        }

        private static func text(of value: some JSONWritable) -> String {
            var json = JSONWriter()
            json.write(value)
            return json.text
        }
    }

    /// Whether the checkpoint can be resumed as this run.
    ///
    /// - Throws: `TrainingError.badCheckpoint` with what differs.
    func check(_ task: LearningTask, _ options: TrainingOptions, rows: Int) throws(TrainingError) {
        let wanted = Identity(task, options, rows: rows)
        if run.model != wanted.model { throw .badCheckpoint("it is of another model than \(wanted.model)") }
        guard run.has(options) else {
            throw .badCheckpoint("it is of a run with the options \(run.options), not \(wanted.options)")
        }
        if run.rows != rows { throw .badCheckpoint("it is of a run on \(run.rows) rows, not \(rows)") }
        let shapes = task.layout.entries.map(\.shape)
        let isWhole =
            weights.map(\.shape) == shapes && slots.count == options.optimizer.slots.count
            && slots.allSatisfy { $0.map(\.shape) == shapes }
            && (sums.metrics.count == task.metrics.sumCount || countsEveryStep)
            && callbacks.stopping.bestWeights.map { $0.map(\.shape) == shapes } ?? true
        guard isWhole else { throw .badCheckpoint("its tensors are not those of the model and its optimizer") }
        guard (0...options.epochs).contains(epoch), step >= 0, step <= rows, updates >= 0 else {
            throw .badCheckpoint("epoch \(epoch), step \(step) is not part of the run")
        }
    }
}

extension TrainingCheckpoint {
    /// The same for a run with other options, whose optimizer can go on with its state.
    ///
    /// What a callback has seen counts as long as the callback stays as it was; a learning rate that was reduced, as long as
    /// the optimizer does.
    ///
    /// - Throws: `TrainingError.badCheckpoint` where the optimizer's state can't follow.
    func adapted(to task: LearningTask, _ options: TrainingOptions) throws(TrainingError) -> TrainingCheckpoint {
        let wanted = Identity(task, options, rows: run.rows)
        guard !run.has(options) else { return self }
        let document = try? JSONDocument(parsing: run.options)
        guard let document, let origin = try? TrainingOptions(document.root) else {
            throw .badCheckpoint("its options can't be read")
        }
        guard options.optimizer.canGoOn(from: origin.optimizer) else {
            throw .badCheckpoint("the state of \(origin.optimizer.name) is not that of the optimizer that goes on")
        }
        var callbacks = callbacks
        if options.earlyStopping != origin.earlyStopping { callbacks.stopping = EarlyStopping.State(since: epoch) }
        if options.optimizer != origin.optimizer { callbacks.reducedRate = nil }
        if options.plateauReduction != origin.plateauReduction || options.optimizer != origin.optimizer {
            callbacks.plateau = PlateauReduction.State()
        }
        return TrainingCheckpoint(
            weights: weights,
            slots: slots,
            updates: updates,
            epoch: epoch,
            step: step,
            sums: sums.rows > 0 ? sums : RowSums(task.metrics),
            history: history,
            callbacks: callbacks,
            run: Identity(model: run.model, options: wanted.options, rows: run.rows),
            seconds: seconds,
            norms: norms
        )
    }

    /// Whether its metrics are of all steps, also of those that a mask leaves out, as they were before format 3.
    private var countsEveryStep: Bool { format < 3 }

    /// What the steps of the next epoch that are done came to, as this program adds it up.
    ///
    /// Metrics that were added up in another way begin anew, and are of the rest of the epoch.
    func sums(for task: LearningTask) -> RowSums {
        guard sums.metrics.count != task.metrics.sumCount else { return sums }
        var own = RowSums(task.metrics)
        (own.rows, own.loss) = (sums.rows, sums.loss)
        return own
    }
}

extension TrainingSession {
    /// A copy of the run's state, from which it can go on to the same bits; call it between steps, as an observer is.
    public func checkpoint() -> TrainingCheckpoint {
        TrainingCheckpoint(
            weights: weights,
            slots: options.optimizer.slots.indices.map(state.slotTensors),
            updates: state.updates,
            epoch: epoch,
            step: step,
            sums: sums,
            history: history,
            callbacks: callbacks,
            run: TrainingCheckpoint.Identity(task, options, rows: data.rows),
            seconds: clock.seconds,
            norms: norms
        )
    }
}
