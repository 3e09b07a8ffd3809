import JSON

/// Keras's intersection over union: of each class, the places that are of it and were taken for it, divided by those that
/// are or were; the mean over classes that there are.
struct IntersectionOverUnion: Metric {
    static let isHigherBetter = true

    private let classes: Int
    private let wanted: [Int]
    private let ignored: Int?
    private let threshold: Float?
    private let width: Int
    private let positions: Int
    private let targetsAreLabels: Bool

    /// The metric for a network's results.
    ///
    /// - Parameters:
    ///   - outcome: What the network gives.
    ///   - choice: Which classes there are, and which count.
    /// - Throws: `MetricRequirement` where the network tells other classes apart.
    init(for outcome: Outcome, _ choice: IntersectionChoice) throws(MetricRequirement) {
        (threshold, ignored) = (choice.threshold.map(Float.init), choice.ignored)
        // Beyond a threshold each element is a place of its own, of class 0 or 1.
        width = threshold == nil ? max(outcome.prediction.last, 1) : 1
        positions = outcome.prediction.volume / width
        targetsAreLabels = outcome.targetsAreLabels && threshold == nil
        guard threshold == nil || !outcome.targetsAreLabels else {
            throw MetricRequirement(text: "needs targets of 0 and 1, found class indices")
        }
        classes = threshold == nil ? choice.classes ?? max(width, 2) : 2
        guard threshold != nil || width > 1 else {
            throw MetricRequirement(text: "needs a number for each class, found one; \"binary_io_u\" takes one")
        }
        guard classes >= width else {
            throw MetricRequirement(
                text: "needs num_classes of at least \(width), the classes that the network tells apart"
            )
        }
        wanted = choice.wanted ?? Array(0..<classes)
        if let other = wanted.first(where: { [classes] in $0 >= classes }) {
            throw MetricRequirement(text: "needs target_class_ids below \(classes), found \(other)")
        }
    }

    /// For each class: the places that are of it and were taken for it, those taken for it, and those of it.
    var sumCount: Int { 3 * classes }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        for position in 0..<rows * positions {
            let (found, there): (Int, Int)
            if let threshold {
                // A target from 2 on, or below 0, is of neither class.
                let target = targets[position]
                (found, there) = (
                    predictions[position] >= threshold ? 1 : 0, target > -1 && target < 2 ? Int(target) : -1
                )
            } else {
                found = greatest(of: predictions + position * width, width)
                there =
                    targetsAreLabels ? Int(targets[position]) : greatest(of: targets + position * width, width)
            }
            guard (0..<classes).contains(there), there != ignored else { continue }
            if found == there { sums[3 * found] += 1 }
            sums[3 * found + 1] += 1
            sums[3 * there + 2] += 1
        }
    }

    func value(of sums: [Double], rows: Int) -> Double {
        let shares = wanted.compactMap { place -> Double? in
            let union = sums[3 * place + 1] + sums[3 * place + 2] - sums[3 * place]
            return union > 0 ? sums[3 * place] / union : nil
        }
        return shares.isEmpty ? 0 : shares.reduce(0, +) / Double(shares.count)
    }
}

/// The arguments of Keras's metrics of intersections.
struct IntersectionChoice: Sendable, Equatable {
    /// How many classes there are; nil for as many as the network tells apart.
    let classes: Int?
    /// Which of them count; nil for all.
    let wanted: [Int]?
    /// Which targets don't count.
    let ignored: Int?
    /// From where on an element is of class 1; nil where the greatest of a vector is the class.
    let threshold: Double?

    /// The arguments that several share.
    init(reading arguments: inout ObjectReader, choosesClasses: Bool) {
        classes = arguments.optionalInt("num_classes", in: 2...1 << 16)
        wanted = choosesClasses ? arguments.classes() : nil
        ignored = arguments.optionalInt("ignore_class")
        threshold = nil
        // A result is a vector here, a target an index or a vector, as the data has it.
        arguments.accept("sparse_y_true", "sparse_y_pred")
        arguments.only(.number(-1), for: "axis")
    }

    /// Those of two classes, told by a threshold.
    init(ofTwo arguments: inout ObjectReader) {
        (classes, ignored) = (nil, nil)
        wanted = arguments.classes()
        threshold = arguments.double("threshold", in: .from(-1e30, through: 1e30), default: 0.5)
    }

    func write(to json: inout JSONWriter) {
        json.field("num_classes", ifPresent: classes)
        json.field("target_class_ids", ifPresent: wanted)
        json.field("ignore_class", ifPresent: ignored)
        json.field("threshold", ifPresent: threshold)
    }
}

extension ObjectReader {
    /// The classes that count; nil for all.
    fileprivate mutating func classes() -> [Int]? {
        optionalValue("target_class_ids") == nil ? nil : ints("target_class_ids", in: 0...1 << 16, count: 1...1 << 16)
    }
}

/// Keras's `IoU`: the intersection over union of the classes that are named, from class indices.
struct IntersectionKind: MetricKind {
    static let names = ["io_u", "IoU"]

    private let choice: IntersectionChoice

    init(reading arguments: inout ObjectReader) {
        choice = IntersectionChoice(reading: &arguments, choosesClasses: true)
    }

    func write(to json: inout JSONWriter) { choice.write(to: &json) }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try IntersectionOverUnion(for: outcome.needingLabels(true), choice)
    }
}

/// Keras's `MeanIoU`: the mean intersection over union of all classes, from class indices.
struct MeanIntersectionKind: MetricKind {
    static let names = ["mean_io_u", "MeanIoU"]

    private let choice: IntersectionChoice

    init(reading arguments: inout ObjectReader) {
        choice = IntersectionChoice(reading: &arguments, choosesClasses: false)
    }

    func write(to json: inout JSONWriter) { choice.write(to: &json) }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try IntersectionOverUnion(for: outcome.needingLabels(true), choice)
    }
}

/// Keras's `OneHotIoU`: the intersection over union of the classes that are named, from one-hot targets.
struct OneHotIntersectionKind: MetricKind {
    static let names = ["one_hot_io_u", "OneHotIoU"]

    private let choice: IntersectionChoice

    init(reading arguments: inout ObjectReader) {
        choice = IntersectionChoice(reading: &arguments, choosesClasses: true)
    }

    func write(to json: inout JSONWriter) { choice.write(to: &json) }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try IntersectionOverUnion(for: outcome.needingLabels(false), choice)
    }
}

/// Keras's `OneHotMeanIoU`: the mean intersection over union of all classes, from one-hot targets.
struct OneHotMeanIntersectionKind: MetricKind {
    static let names = ["one_hot_mean_io_u", "OneHotMeanIoU"]

    private let choice: IntersectionChoice

    init(reading arguments: inout ObjectReader) {
        choice = IntersectionChoice(reading: &arguments, choosesClasses: false)
    }

    func write(to json: inout JSONWriter) { choice.write(to: &json) }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try IntersectionOverUnion(for: outcome.needingLabels(false), choice)
    }
}

/// Keras's `BinaryIoU`: the intersection over union of class 0, class 1 or both, an element being of 1 from a threshold on.
struct BinaryIntersectionKind: MetricKind {
    static let names = ["binary_io_u", "BinaryIoU"]

    private let choice: IntersectionChoice

    init(reading arguments: inout ObjectReader) { choice = IntersectionChoice(ofTwo: &arguments) }

    func write(to json: inout JSONWriter) { choice.write(to: &json) }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try IntersectionOverUnion(for: outcome, choice)
    }
}

extension Outcome {
    /// Itself, where targets are class indices, or aren't.
    fileprivate func needingLabels(_ wanted: Bool) throws(MetricRequirement) -> Outcome {
        guard targetsAreLabels == wanted else {
            throw MetricRequirement(
                text: wanted
                    ? "needs class indices as targets, found values of shape \(target.shape)"
                    : "needs a vector for each target, found class indices"
            )
        }
        return self
    }
}
