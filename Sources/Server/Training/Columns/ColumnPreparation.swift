import Features
import JSON
import ModelStore
import NN

/// A model made ready to learn from columns: its front has learned from rows, so that every shape is known.
struct ColumnPreparation: Sendable {
    /// What is learned.
    let task: ColumnTask
    /// The front with what it has learned; nil where the network takes the columns' numbers themselves.
    let front: FrontGraph?
    /// The model, of which every shape is known.
    let model: DefinedModel
    /// The network.
    var network: Network { model.network }
    /// Where prepared rows are kept.
    let cache: FrontCache?

    /// How many rows a check learns from; a job learns from all that it trains on.
    static let sampleRows = 2000
    /// The most bytes of prepared rows that a job keeps.
    private static let greatestCache = 256 << 20

    /// Lets the front learn.
    ///
    /// - Parameters:
    ///   - task: What is learned.
    ///   - model: What learns, with what the front has learned before, which stays.
    ///   - stored: The model as it is stored.
    ///   - networks: Where networks come from.
    ///   - options: How it learns, with the rows that validate.
    ///   - limit: From how many rows it learns at most; nil for all that are trained on.
    ///   - check: Called between rows; what it throws ends the learning.
    /// - Throws: `FaultyInput` for a layer that can't learn from these rows, `RowFault` for a row that can't be taken.
    init(
        _ task: ColumnTask,
        _ model: DefinedModel,
        stored: StoredModel,
        networks: NetworkCache,
        options: TrainingOptions,
        limit: Int? = nil,
        check: () throws -> Void = {}
    ) throws {
        self.task = task
        guard let front = model.front else {
            (self.front, self.model, cache) = (nil, model, nil)
            return
        }
        let reader = PreparedRows(
            task,
            task.training,
            front: front,
            network: model.network,
            options: options,
            cache: nil
        )
        let trained = options.trainingRows(of: reader.rows)
        let learned: FrontGraph
        do {
            let rows = min(limit ?? trained, trained)
            learned = try front.learned(rows: rows, read: { try reader.inputValues(of: $0) }, check: check)
        } catch let misfit as FrontGraph.Misfit {
            throw FaultyInput(
                Fault(pointer: "/dataset", detail: "layer \"\(front.nodes[misfit.node].name)\": \(misfit.detail)")
            )
        }
        self.front = learned
        self.model = learned.learns ? try networks.model(of: stored, state: learned.state) : model
        cache = FrontCache(bytes: Self.greatestCache)
    }

    /// The rows to learn from, those that validate at the end.
    func training(_ options: TrainingOptions) -> PreparedRows {
        PreparedRows(task, task.training, front: front, network: network, options: options, cache: cache)
    }

    /// The rows to test on; nil where there are none.
    func test(_ options: TrainingOptions) -> PreparedRows? {
        guard !task.test.starts.isEmpty else { return nil }
        return PreparedRows(task, task.test, front: front, network: network, options: options, cache: nil)
    }

    /// About how many bytes the prepared rows take that are kept.
    var cacheBytes: Int {
        guard front != nil else { return 0 }
        let row = network.inputShape.volume * MemoryLayout<Float>.stride + 128
        return min(Self.greatestCache, row * task.training.starts.count)
    }
}
