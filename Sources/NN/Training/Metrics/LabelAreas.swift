import JSON

/// The mean of the areas under the curves of each label, with `multi_label` of Keras's `AUC`.
struct LabelAreas: Metric {
    static let isHigherBetter = true

    /// What a request says of labels.
    struct Choice: Sendable, Equatable {
        /// How many there are, where the request says it.
        let count: Int?
        /// How much each counts; all the same where the request says nothing.
        let weights: [Double]?

        /// Reads Keras's arguments; nil where labels are not told apart.
        init?(reading arguments: inout ObjectReader) {
            let areTold = arguments.bool("multi_label", default: false)
            guard areTold else {
                for key in ["num_labels", "label_weights"] { arguments.only(nil, for: key) }
                return nil
            }
            count = arguments.optionalInt("num_labels", in: 1...1 << 20)
            weights =
                arguments.optionalValue("label_weights") == nil
                ? nil
                : arguments.array("label_weights", count: 1...1 << 20) { value, faults in
                    faults.collect { () throws(Fault) in try value.double(in: .from(0, through: 1e30)) } ?? 1
                }
        }

        /// Writes Keras's arguments.
        func write(to json: inout JSONWriter) {
            json.field("multi_label", true)
            json.field("num_labels", ifPresent: count)
            json.field("label_weights", ifPresent: weights)
        }
    }

    private let areas: [AreaUnderCurve]
    private let weights: [Double]

    /// The areas of labels, one for each element of a vector.
    ///
    /// - Parameters:
    ///   - choice: What the request says.
    ///   - count: How many elements a vector has.
    ///   - area: Gives the area of one label.
    /// - Throws: `MetricRequirement` where the request says other labels than there are.
    init(
        _ choice: Choice,
        of count: Int,
        _ area: (Int?) throws(MetricRequirement) -> AreaUnderCurve
    ) throws(MetricRequirement) {
        guard choice.count ?? count == count, choice.weights?.count ?? count == count else {
            throw MetricRequirement(text: "needs \(count) labels, the numbers that the network gives")
        }
        var areas: [AreaUnderCurve] = []
        for label in 0..<count { areas.append(try area(label)) }
        self.areas = areas
        weights = choice.weights ?? [Double](repeating: 1, count: count)
    }

    var sumCount: Int { areas.reduce(0) { $0 + $1.sumCount } }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        var sums = sums
        for area in areas {
            area.add(predictions: predictions, targets: targets, rows: rows, to: sums)
            sums += area.sumCount
        }
    }

    func value(of sums: [Double], rows: Int) -> Double {
        var (start, total) = (0, 0.0)
        for (area, weight) in zip(areas, weights) {
            total += weight * area.value(of: Array(sums[start..<start + area.sumCount]), rows: rows)
            start += area.sumCount
        }
        return share(total, of: weights.reduce(0, +))
    }
}
