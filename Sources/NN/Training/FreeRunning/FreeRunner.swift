/// Has a decoder say the sequences of rows by itself, and holds them against what they should be.
///
/// At each step it says the likeliest token. It belongs to the thread that trains.
final class FreeRunner {
    private let rule: FreeRunning
    private let step: InferencePlans
    private let context: InferencePlans?
    /// The class that ends the rows that are measured after each epoch, nil where none does, once it is known.
    private var endAfterEpochs: Int??

    /// The rows that go on together.
    private static let batch = 32

    /// Compiles what a step and the context take.
    ///
    /// - Throws: What keeps a network from being compiled.
    init(_ rule: FreeRunning) throws {
        self.rule = rule
        step = try InferencePlans(rule.stepped.step, greatestBucket: Self.batch)
        context = try rule.stepped.context.map { try InferencePlans($0, greatestBucket: Self.batch) }
    }

    /// A row as it stands before and while it is said.
    fileprivate struct Sentence {
        /// What is to be said.
        let wanted: [Int]
        /// The token that goes into the next step.
        var token: Float
        /// The numbers of the other inputs.
        let others: [Float]
        /// What the other inputs come to.
        var context: [Float] = []
        /// What is remembered from step to step; nil before the first.
        var states: SequenceStates?
        /// What has been said.
        var said: [Int] = []
    }

    /// Measures the metrics over rows.
    ///
    /// A row ends behind the class that ends most rows, where more than half of them end alike; else with as many
    /// classes as it should have.
    ///
    /// - Parameters:
    ///   - weights: The weights, in the network's order.
    ///   - rows: The rows.
    ///   - data: Where they come from.
    ///   - prefix: What stands before each name.
    ///   - isRepeated: Whether these rows are measured after each epoch.
    ///   - observe: Asked between steps whether to go on.
    /// - Returns: The measurements; nil where it was asked to stop.
    /// - Throws: What kept a row from being read, or what the observer threw.
    func measure(
        _ weights: [Tensor],
        over rows: Range<Int>,
        of data: any TrainingData,
        prefix: String,
        isRepeated: Bool,
        _ observe: () throws -> Bool
    ) throws -> [Measurement]? {
        let worker = InferenceModel(step, weights: weights).makeWorker()
        let contextWorker = context.map { InferenceModel($0, weights: weights).makeWorker() }
        let end = try isRepeated ? endAfterEpochs ?? endClass(of: rows, in: data) : endClass(of: rows, in: data)
        if isRepeated { endAfterEpochs = .some(end) }
        var sums = RowSums(rule.metrics)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.batch) {
            var sentences = try read(start..<min(start + Self.batch, rows.upperBound), of: data)
            try begin(&sentences, contextWorker)
            for _ in 0..<rule.steps {
                let open = sentences.indices.filter { !sentences[$0].isOver(end) }
                if open.isEmpty { break }
                guard try observe() else { return nil }
                try advance(&sentences, open, worker)
            }
            for sentence in sentences where !sentence.wanted.isEmpty {
                add(sentence.said, sentence.wanted, to: &sums)
                sums.rows += 1
            }
        }
        // A loss is of teacher forcing alone.
        return Array(sums.means(rule.metrics, prefix: prefix).dropFirst())
    }

    private func add(_ said: [Int], _ wanted: [Int], to sums: inout RowSums) {
        sums.metrics.withUnsafeMutableBufferPointer { all in
            var place = 0
            for named in rule.metrics {
                // Each is one that compares sequences, and has sums.
                if let metric = named.metric as? any SequenceMetric, let base = all.baseAddress {
                    metric.add(said, wanted, to: base + place)
                }
                place += named.sumCount
            }
        }
    }

    /// The class that ends more than half of the rows; nil where there is none.
    private func endClass(of rows: Range<Int>, in data: any TrainingData) throws -> Int? {
        var counts: [Int: Int] = [:]
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.batch) {
            for sentence in try read(start..<min(start + Self.batch, rows.upperBound), of: data) {
                if let last = sentence.wanted.last { counts[last, default: 0] += 1 }
            }
        }
        return counts.first { 2 * $0.value > rows.count }?.key
    }

    private func read(_ rows: Range<Int>, of data: any TrainingData) throws -> [Sentence] {
        let (width, targetWidth) = (data.inputShape.volume, data.target.shape.volume)
        var inputs = [Float](repeating: 0, count: rows.count * width)
        var targets = [Float](repeating: 0, count: rows.count * targetWidth)
        try Array(rows).withUnsafeBufferPointer { indices in
            try inputs.withUnsafeMutableBufferPointer { inputs in
                try targets.withUnsafeMutableBufferPointer { targets in
                    // Both have a row at least, of one number at least.
                    guard let inputs = inputs.baseAddress, let targets = targets.baseAddress else { return }
                    try data.gather(indices, inputs: inputs, targets: targets)
                }
            }
        }
        let reader = (rule.metrics.first?.metric as? any SequenceMetric)?.reader
        return (0..<rows.count).map { row in
            let own = Array(inputs[row * width..<(row + 1) * width])
            let wanted = targets.withUnsafeBufferPointer { targets in
                targets.baseAddress.flatMap { all in
                    reader?.wanted(all, row: row) { step in !rule.masksZero || own[rule.decoderStart + step] != 0 }
                }
            }
            return Sentence(
                wanted: wanted ?? [],
                token: own[rule.decoderStart],
                others: rule.others.flatMap { own[$0] }
            )
        }
    }

    private func begin(_ sentences: inout [Sentence], _ worker: InferenceWorker?) throws {
        var given = [Float]()
        if let worker { given = try answers(worker, sentences.flatMap(\.others), rows: sentences.count) }
        let width = sentences.isEmpty ? 0 : given.count / sentences.count
        for row in sentences.indices {
            let own = given[row * width..<(row + 1) * width]
            sentences[row].context = Array(own.prefix(rule.stepped.contextWidth))
            sentences[row].states = rule.stepped.firstStates(context: own)
        }
    }

    private func advance(_ sentences: inout [Sentence], _ open: [Int], _ worker: InferenceWorker) throws {
        let rows = open.flatMap { row in
            [sentences[row].token] + sentences[row].context + (sentences[row].states?.numbers ?? [])
        }
        let given = try answers(worker, rows, rows: open.count)
        let width = given.count / open.count
        for (place, row) in open.enumerated() {
            let answer = given[place * width..<(place + 1) * width]
            sentences[row].states?.advance(by: answer.dropFirst(rule.stepped.answerWidth))
            let scores = answer.prefix(rule.stepped.answerWidth).dropFirst(rule.masksZero ? 1 : 0)
            // The first of equals, as everywhere.
            var best = scores.startIndex
            for index in scores.indices where scores[index] > scores[best] { best = index }
            let said = best - answer.startIndex
            sentences[row].said.append(said)
            sentences[row].token = Float(said)
        }
    }

    private func answers(_ worker: InferenceWorker, _ numbers: [Float], rows: Int) throws -> [Float] {
        var predictions = [Float](repeating: 0, count: rows * worker.model.plans.network.outputShape.volume)
        try numbers.withUnsafeBufferPointer { numbers in
            try predictions.withUnsafeMutableBufferPointer { try worker.predict(rows: rows, numbers, into: $0) }
        }
        return predictions
    }
}

extension FreeRunner.Sentence {
    /// Whether nothing more is said, behind the class that ends rows or, without one, with as many as are wanted.
    fileprivate func isOver(_ end: Int?) -> Bool {
        guard let end else { return said.count >= wanted.count }
        return said.last == end
    }
}
