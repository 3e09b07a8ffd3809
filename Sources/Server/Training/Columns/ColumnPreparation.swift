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
    /// About how many bytes of memory they take.
    let cacheBytes: Int
    /// The shapes of the rows' inputs, those to learn from and those to test on, where rows differ in size; of a check
    /// those of the first ones.
    private let sizes: (training: [[Shape]], test: [[Shape]])?

    /// How many rows a check learns from; a job learns from all that it trains on.
    static let sampleRows = 2000
    /// How many rows a check measures, where rows differ in size.
    private static let measuredSizes = 256
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
    ///   - scratch: The folder where a file may be made of prepared rows that memory has no room for; nil for none.
    ///   - check: Called between rows; what it throws ends the learning.
    /// - Throws: `FaultyInput` for a layer that can't learn from these rows, `RowFault` for a row that can't be taken.
    init(
        _ task: ColumnTask,
        _ model: DefinedModel,
        stored: StoredModel,
        networks: NetworkCache,
        options: TrainingOptions,
        limit: Int? = nil,
        scratch: String? = nil,
        check: () throws -> Void = {}
    ) throws {
        self.task = task
        guard let front = model.front else {
            (self.front, self.model, cache, cacheBytes) = (nil, model, nil, 0)
            sizes = try Self.sizes(task, nil, model.network, options, cache: nil, isCheck: limit != nil, check)
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
        cache = FrontCache(bytes: Self.greatestCache, scratch: scratch)
        cacheBytes = try Self.bytes(keptOf: reader, learned)
        let isCheck = limit != nil
        sizes = try Self.sizes(task, learned, self.model.network, options, cache: cache, isCheck: isCheck, check)
    }

    /// The rows to learn from, those that validate at the end; of a check, where rows differ in size, the first ones.
    func training(_ options: TrainingOptions) -> PreparedRows {
        let measured = sizes?.training
        let rows = measured.map { task.training.with(starts: Array(task.training.starts.prefix($0.count))) }
        return PreparedRows(
            task,
            rows ?? task.training,
            front: front,
            network: network,
            options: options,
            cache: cache,
            inputs: measured
        )
    }

    /// The rows to test on; nil where there are none.
    func test(_ options: TrainingOptions) -> PreparedRows? {
        guard !task.test.starts.isEmpty else { return nil }
        let measured = sizes?.test
        let rows = measured.map { task.test.with(starts: Array(task.test.starts.prefix($0.count))) }
        return PreparedRows(
            task,
            rows ?? task.test,
            front: front,
            network: network,
            options: options,
            cache: nil,
            inputs: measured
        )
    }

    /// The shapes of the rows' inputs, where the network takes rows that differ in size.
    private static func sizes(
        _ task: ColumnTask,
        _ front: FrontGraph?,
        _ network: Network,
        _ options: TrainingOptions,
        cache: FrontCache?,
        isCheck: Bool,
        _ check: () throws -> Void
    ) throws -> (training: [[Shape]], test: [[Shape]])? {
        guard network.sized != nil else { return nil }
        func measured(_ sequence: RowSequence, _ cache: FrontCache?) throws -> [[Shape]] {
            let rows = sequence.with(starts: Array(sequence.starts.prefix(isCheck ? measuredSizes : .max)))
            return try PreparedRows(task, rows, front: front, network: network, options: options, cache: cache)
                .measured(check)
        }
        return (try measured(task.training, cache), try measured(task.test, nil))
    }

    /// How many rows tell what one takes.
    private static let measuredRows = 8

    /// About how many bytes of memory the kept rows of a task take.
    private static func bytes(keptOf rows: PreparedRows, _ front: FrontGraph) throws -> Int {
        let measured = min(measuredRows, rows.rows)
        let greatest = try (0..<measured).map { try rows.preparedBytes(of: $0, by: front) }.max() ?? 0
        let (all, overflows) = greatest.multipliedReportingOverflow(by: rows.rows)
        let held = overflows ? greatestCache : min(greatestCache, all)
        return held + (all > greatestCache ? ScratchRows.bytesPerRow * rows.rows : 0)
    }
}
