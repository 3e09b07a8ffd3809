import NN
import Synchronization

/// A compiled network with the weights of one version, and the rows that wait for its answers.
final class ServedNetwork: Sendable {
    private let model: InferenceModel
    private let metrics: BatchMetrics
    private let statistics: ServingStatistics
    private let state: Mutex<State>

    fileprivate struct State {
        var lines = [Line](repeating: Line(), count: PredictionLane.allCases.count)
        var idle: [IdleWorker] = []
        /// About how many seconds a batch takes, by the logarithm of its bucket; zero before the first.
        var seconds: [Double]
    }

    /// The requests of one lane.
    fileprivate struct Line {
        var waiting: [Piece] = []
        /// Whether a thread has been told that there is something to do.
        var isAnnounced = false
    }

    /// Rows of a request that have not been taken into a batch yet.
    fileprivate struct Piece {
        let request: PendingPrediction
        var range: Range<Int>
    }

    /// Unchecked because a worker is in the list only while no thread uses it, and is taken out under the lock.
    fileprivate struct IdleWorker: @unchecked Sendable {
        let worker: InferenceWorker
    }

    /// A network that answers, whose batches are told to `metrics` of all and `statistics` of its own model.
    init(_ model: InferenceModel, metrics: BatchMetrics, statistics: ServingStatistics) {
        (self.model, self.metrics, self.statistics) = (model, metrics, statistics)
        let sizes = model.plans.greatestBucket.trailingZeroBitCount + 1
        state = Mutex(State(seconds: [Double](repeating: 0, count: sizes)))
    }

    /// What answers.
    var network: Network { model.plans.network }

    /// The weights, with the plans that answer.
    var weights: InferenceModel { model }

    /// About how many bytes the weights take, those with which the plans were tried, and the rows and arenas of one worker.
    var bytes: Int {
        let row = network.activations + network.inputShape.volume
        return 2 * model.bytes + model.plans.greatestBucket * row * MemoryLayout<Float>.stride
    }

    /// About how many bytes it takes beside weights that it shares: what was computed from them, and the rows and arenas
    /// of one worker.
    var runBytes: Int { bytes - model.bytes }

    /// Another network with the same weights.
    ///
    /// - Throws: `ShapeError` or `KernelError` where it can't be compiled.
    func with(_ network: Network) throws -> ServedNetwork {
        let plans = try InferencePlans(network, greatestBucket: model.plans.greatestBucket)
        return ServedNetwork(InferenceModel(plans, sharing: model), metrics: metrics, statistics: statistics)
    }

    /// Adds a request to what waits; true where a thread must be told.
    func add(_ request: PendingPrediction) -> Bool {
        state.withLock { $0.lines[request.lane.rawValue].add(request) }
    }

    /// How long a batch may take, in seconds: nothing can come between its beginning and its end.
    fileprivate static let slice = 0.004

    /// Answers one batch of what waits in a lane, as long as a slice and up to the largest bucket, in the calling thread.
    ///
    /// All that waits with the same priority takes turns: each request gives about as many rows to a batch as the others,
    /// and what is left of it then goes behind those.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - moreWaits: Called before the work begins where another thread could take a batch at the same time.
    func answerBatch(of lane: PredictionLane, moreWaits: () -> Void) {
        let (pieces, more) = state.withLock { $0.takeBatch(of: lane) }
        if more { moreWaits() }
        guard !pieces.isEmpty else { return }
        do {
            try run(pieces)
        } catch {
            for piece in pieces { piece.request.fail(piece.range, with: error) }
        }
    }

    private func run(_ pieces: [Piece]) throws {
        let idle = state.withLock { $0.idle.popLast() } ?? IdleWorker(worker: model.makeWorker())
        defer { state.withLock { $0.idle.append(idle) } }
        let (inputWidth, outputWidth) = (network.inputShape.volume, network.outputShape.volume)
        let rows = pieces.reduce(0) { $0 + $1.range.count }
        let start = ContinuousClock.now
        // What nobody waits for any more is answered for nobody.
        var numbers = pieces.map(\.request.inputs)
        var outputs = [Float](repeating: 0, count: rows * outputWidth)
        var input = Duration.zero
        let begin = ContinuousClock.now
        try outputs.withUnsafeMutableBufferPointer { outputs in
            try idle.worker.predict(rows: rows, into: outputs) { rows, batch in
                let gathering = ContinuousClock.now
                Self.gather(rows, of: zip(pieces, numbers), width: inputWidth, into: batch)
                input += gathering.duration(to: .now)
            }
        }
        // Who is answered goes on with numbers that nobody else holds, and needs no copy of them.
        numbers = []
        metrics.answered(rows: rows)
        let end = ContinuousClock.now
        state.withLock { $0.note(begin.duration(to: end) / .seconds(1), rows) }
        outputs.withUnsafeBufferPointer { outputs in
            var place = 0
            for piece in pieces {
                let end = place + piece.range.count * outputWidth
                piece.request.fulfill(piece.range, with: UnsafeBufferPointer(rebasing: outputs[place..<end]))
                place = end
            }
        }
        statistics.computed(
            ServingStatistics.Batch(
                rows: rows,
                requests: pieces.count { $0.range.upperBound == $0.request.rows },
                waiting: pieces.waiting(until: start),
                input: input,
                compute: begin.duration(to: end) - input,
                output: end.duration(to: .now),
                pieces: pieces.count
            )
        )
    }

    /// Writes some of the rows of pieces, counted through all of them, into a batch; zeros where their numbers are gone.
    private static func gather(
        _ rows: Range<Int>,
        of pieces: Zip2Sequence<[Piece], [RowNumbers?]>,
        width: Int,
        into batch: BatchRows
    ) {
        var begin = 0
        for (piece, numbers) in pieces {
            let own = begin..<begin + piece.range.count
            begin = own.upperBound
            let wanted = own.clamped(to: rows)
            guard !wanted.isEmpty else { continue }
            let first = (piece.range.lowerBound + wanted.lowerBound - own.lowerBound) * width
            let places = wanted.lowerBound - rows.lowerBound..<wanted.upperBound - rows.lowerBound
            batch.write(places) { part, target in
                if let numbers {
                    numbers.copy(first + part.lowerBound..<first + part.upperBound, to: target)
                } else {
                    target.update(repeating: 0, count: part.count)
                }
            }
        }
    }
}

extension ServedNetwork.Line {
    /// Has a request wait; true where a thread must be told.
    fileprivate mutating func add(_ request: PendingPrediction) -> Bool {
        let place = waiting.lastIndex { $0.request.priority <= request.priority }.map { $0 + 1 } ?? 0
        waiting.insert(ServedNetwork.Piece(request: request, range: 0..<request.rows), at: place)
        defer { isAnnounced = true }
        return !isAnnounced
    }

    /// How many rows wait that somebody still wants.
    fileprivate mutating func rows() -> Int {
        waiting.removeAll { $0.request.isOver }
        return waiting.reduce(0) { $0 + $1.range.count }
    }

    /// Takes up to so many rows, of each request about as many as of the others of its priority.
    fileprivate mutating func take(_ rows: Int) -> (pieces: [ServedNetwork.Piece], more: Bool) {
        var room = rows
        var pieces: [ServedNetwork.Piece] = []
        while room > 0, !waiting.isEmpty {
            let priority = waiting[0].request.priority
            let equals = waiting.prefix { $0.request.priority == priority }
            let share = max(1, room / equals.count)
            var rest: [ServedNetwork.Piece] = []
            var taken = 0
            for piece in equals {
                let count = min(room, share, piece.range.count)
                if count == 0 { break }
                taken += 1
                let middle = piece.range.lowerBound + count
                pieces.append(ServedNetwork.Piece(request: piece.request, range: piece.range.lowerBound..<middle))
                room -= count
                if middle < piece.range.upperBound {
                    rest.append(ServedNetwork.Piece(request: piece.request, range: middle..<piece.range.upperBound))
                }
            }
            waiting.removeFirst(taken)
            waiting.insert(contentsOf: rest, at: equals.count - taken)
        }
        isAnnounced = !waiting.isEmpty
        return (pieces, isAnnounced)
    }
}

extension ServedNetwork.State {
    /// Takes a batch of what waits in a lane.
    fileprivate mutating func takeBatch(of lane: PredictionLane) -> (pieces: [ServedNetwork.Piece], more: Bool) {
        let rows = lines[lane.rawValue].rows()
        return lines[lane.rawValue].take(rows > 1 ? batchRows() : 1)
    }

    /// The most rows that a batch takes now: those of the largest bucket that is done within a slice.
    private mutating func batchRows() -> Int {
        var size = seconds.count - 1
        while size > 0, seconds[size] > ServedNetwork.slice {
            // What was slow once, beside other work perhaps, is tried again after some hundreds of batches.
            seconds[size] *= 0.999
            size -= 1
        }
        return 1 << size
    }

    /// Notes how long a batch took.
    fileprivate mutating func note(_ took: Double, _ rows: Int) {
        let size = min(seconds.count - 1, Int.bitWidth - max(0, rows - 1).leadingZeroBitCount)
        seconds[size] += seconds[size] == 0 ? took : (took - seconds[size]) / 8
    }
}

extension [ServedNetwork.Piece] {
    /// How long the requests waited that begin here.
    fileprivate func waiting(until end: ContinuousClock.Instant) -> ServingStatistics.Span {
        var waiting = ServingStatistics.Span()
        for piece in self where piece.range.lowerBound == 0 {
            waiting.add(piece.request.submitted.duration(to: end))
        }
        return waiting
    }
}
