/// The rows of an output whose loss is greatest.
public struct WorstRows: Sendable {
    /// One row.
    public struct Row: Sendable {
        /// Its number among those that were judged.
        public let row: Int
        /// Its loss; no number where the network gave none.
        public let loss: Float
        /// What it should have been: classes by number, or values; nil where it is of very many.
        public let target: [Answer]?
        /// What the network gave.
        public let prediction: [Answer]?
        /// Whether a row is of one class, or one value, rather than of a list of them.
        public let isOne: Bool
    }

    /// What a sample is.
    public enum Answer: Sendable, Equatable {
        /// A class, by number.
        case oneClass(Int)
        /// Any of the classes, by number.
        case classes([Int])
        /// A value.
        case value(Float)
    }

    /// The rows, the greatest loss first; of equal ones the first row.
    public let rows: [Row]

    /// How many rows are told.
    public static let limit = 20
    /// Of how many samples or values a row's target and prediction are told; of more neither is.
    public static let greatestRow = 1000

    /// Finds the rows.
    public init(_ output: ScoredOutput) {
        let losses = UnsafeBufferPointer(start: output.losses.pointer, count: output.rows)
        // What is no number is worse than any.
        func weight(_ row: Int) -> Float { losses[row].isNaN ? .infinity : losses[row] }
        let order = losses.indices.sorted { (weight($1), $0) < (weight($0), $1) }.prefix(Self.limit)
        let answers = RowAnswers(output)
        rows = order.map { row in
            let (target, prediction) = answers[row]
            return Row(
                row: row,
                loss: losses[row],
                target: target,
                prediction: prediction,
                isOne: answers.each == 1 && answers.judgement != .sequence
            )
        }
    }
}

/// What a row's targets and the network's results for it say.
private struct RowAnswers {
    let output: ScoredOutput
    let judgement: OutputJudgement
    /// The samples, or values, of a row.
    let each: Int
    private let samples: Samples

    init(_ output: ScoredOutput) {
        (self.output, judgement) = (output, output.judgement)
        if case .values = judgement { each = output.volume } else { each = output.samplesPerRow(judgement) }
        samples = Samples(output, judgement, places: [])
    }

    subscript(row: Int) -> (target: [WorstRows.Answer]?, prediction: [WorstRows.Answer]?) {
        guard each <= WorstRows.greatestRow else { return (nil, nil) }
        switch judgement {
        case .oneOf, .binary:
            return (
                counting(row) { .oneClass(samples.target($0)) }, counting(row) { .oneClass(samples.prediction($0)) }
            )
        case .anyOf(let classes):
            func list(_ holds: (Int) -> Bool) -> WorstRows.Answer { .classes((0..<classes).filter(holds)) }
            return (
                counting(row) { place in list { samples.has(place, $0) } },
                counting(row) { place in list { samples.finds(place, $0) } }
            )
        case .values:
            return (values(output.targets, row), values(output.predictions, row))
        case .sequence:
            return (output.labels(row), output.spoken(row))
        }
    }

    /// What each sample of a row that counts gives.
    private func counting(_ row: Int, _ value: (Int) -> WorstRows.Answer) -> [WorstRows.Answer] {
        (0..<each).filter { output.counts(row: row, sample: $0, of: each) }.map { value(row * each + $0) }
    }

    private func values(_ numbers: FloatBuffer, _ row: Int) -> [WorstRows.Answer] {
        // Of rows that differ in size, each has its own alone.
        let own = (0..<each).filter { !output.isOpen || output.counts(row: row, sample: $0, of: each) }
        return own.map { .value(numbers.pointer[row * each + $0]) }
    }
}

extension ScoredOutput {
    /// The labels that a row should have, of a loss that aligns them.
    fileprivate func labels(_ row: Int) -> [WorstRows.Answer] {
        (row * targetVolume..<(row + 1) * targetVolume).map { Int(targets.pointer[$0]) }.filter { $0 != 0 }
            .map { .oneClass($0) }
    }

    /// The labels that the network's result for a row says, step by step.
    fileprivate func spoken(_ row: Int) -> [WorstRows.Answer] {
        let decoder = CTCDecoder(classes: shape.last, scores: activation == .softmax ? .probabilities : .logits)
        let numbers = UnsafeBufferPointer(start: predictions.pointer + row * volume, count: volume)
        let steps = maskVolume == 0 ? nil : (0..<maskVolume).count { masks.pointer[row * maskVolume + $0] != 0 }
        return decoder.greedy(Array(numbers)[...], steps: steps).labels.map { .oneClass($0) }
    }
}
