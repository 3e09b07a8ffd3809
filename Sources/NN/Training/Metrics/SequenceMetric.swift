/// A metric that holds what a network says for a row, as one sequence of classes, against what it should have said.
///
/// Of a result `[T, C]` each step says the class of its greatest number, and the steps that a mask leaves out say nothing;
/// with the loss `ctc` repetitions are one and blanks are left out, on both sides.
protocol SequenceMetric: Metric {
    /// What reads the sequences.
    var reader: SequenceReader { get }

    /// Adds what a row comes to.
    ///
    /// - Parameters:
    ///   - said: The classes that the network says.
    ///   - wanted: Those that it should say.
    ///   - sums: As many sums as `sumCount`.
    func add(_ said: [Int], _ wanted: [Int], to sums: UnsafeMutablePointer<Double>)
}

extension SequenceMetric {
    static var comparesSequences: Bool { true }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        add(predictions: predictions, targets: targets, mask: nil, rows: rows, to: sums)
    }

    /// Adds what rows come to of which a mask tells the steps that count; a row of none, with nothing to be said, adds
    /// nothing.
    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        mask: UnsafePointer<Float>?,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        for row in 0..<rows {
            let (said, wanted, steps) = reader.read(predictions, targets, mask, row: row)
            if steps > 0 || !wanted.isEmpty { add(said, wanted, to: sums) }
        }
    }
}

/// What reads sequences of classes out of rows of results and targets.
struct SequenceReader: Sendable {
    private let steps: Int
    private let classes: Int
    /// How many numbers a row of targets has.
    private let width: Int
    /// How many numbers tell which of a row's steps count.
    private let maskWidth: Int
    private let kind: Kind

    /// What the targets are.
    private enum Kind {
        /// A class for each step.
        case classes
        /// A vector for each step.
        case vectors
        /// A sequence of classes from 1, zeros behind the last.
        case labels
    }

    /// A reader of a network's results; throws what it needs instead of these.
    init(for outcome: Outcome) throws(MetricRequirement) {
        let (result, target) = (outcome.prediction, outcome.target)
        guard result.rank == 2, result.last > 1 else {
            throw MetricRequirement(text: "needs a result of [steps, classes], found \(result)")
        }
        (steps, classes, width) = (result[0], result[1], target.shape.volume)
        maskWidth = outcome.mask?.volume ?? 1
        if !target.isAligned {
            kind = .labels
        } else if outcome.targetsAreLabels, target.shape.volume == result[0] {
            kind = .classes
        } else if target.shape == result {
            kind = .vectors
        } else {
            throw MetricRequirement(text: "needs a class for each of \(result[0]) steps, found \(target.shape)")
        }
    }

    /// What a row should say, of the steps that count.
    ///
    /// - Parameters:
    ///   - targets: The targets, row after row.
    ///   - row: The row.
    ///   - counts: Whether a step counts.
    /// - Returns: The classes.
    func wanted(_ targets: UnsafePointer<Float>, row: Int, counts: (Int) -> Bool) -> [Int] {
        let target = targets + row * width
        return switch kind {
        case .classes: (0..<steps).filter(counts).map { Int(target[$0]) }
        case .vectors: (0..<steps).filter(counts).map { greatest(of: target + $0 * classes, classes) }
        case .labels: (0..<width).map { Int(target[$0]) }.filter { $0 != 0 }
        }
    }

    /// What a row says and should say, and how many of its steps count.
    fileprivate func read(
        _ predictions: UnsafePointer<Float>,
        _ targets: UnsafePointer<Float>,
        _ mask: UnsafePointer<Float>?,
        row: Int
    ) -> (said: [Int], wanted: [Int], steps: Int) {
        let (result, target) = (predictions + row * steps * classes, targets + row * width)
        var (said, wanted, count, last): ([Int], [Int], Int, Int) = ([], [], 0, 0)
        for step in 0..<steps {
            if let mask, mask[row * maskWidth + step % maskWidth] == 0 { continue }
            count += 1
            let own = greatest(of: result + step * classes, classes)
            switch kind {
            case .classes: wanted.append(Int(target[step]))
            case .vectors: wanted.append(greatest(of: target + step * classes, classes))
            case .labels:
                defer { last = own }
                if own == 0 || own == last { continue }
            }
            said.append(own)
        }
        if kind == .labels { wanted = (0..<width).map { Int(target[$0]) }.filter { $0 != 0 } }
        return (said, wanted, count)
    }
}
