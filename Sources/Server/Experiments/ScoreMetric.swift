import JSON

/// By which of a job's metrics trials are ranked.
struct ScoreMetric: Sendable, Equatable {
    /// The metric's name in a job, as `val_loss`.
    let name: String
    /// Whether more is better.
    let isHigherBetter: Bool

    /// Which way is better, as clients write it.
    enum Mode: String, CaseIterable {
        case min, max
    }

    /// What is taken where a request names none, as Keras's callbacks do.
    static let standardName = "val_loss"

    /// Which way is better.
    var mode: Mode { isHigherBetter ? .max : .min }

    /// Reads `metric` and `mode`.
    init(reading reader: inout ObjectReader) {
        name = reader.string("metric", default: Self.standardName)
        let mode = reader.optionalChoice("mode", among: Mode.allCases.map(\.rawValue) + ["auto"])
        switch mode.flatMap(Mode.init(rawValue:)) ?? Self.mode(of: name) {
        case .max: isHigherBetter = true
        case .min: isHigherBetter = false
        case nil:
            reader.fault(
                at: "mode",
                "missing; whether more of \"\(name)\" is better isn't plain, send \"min\" or \"max\""
            )
            isHigherBetter = false
        }
    }

    /// Which way is better by a metric's name, as Keras tells it; nil where the name doesn't say it.
    private static func mode(of name: String) -> Mode? {
        let name = name.lowercased()
        if ends.max.contains(where: name.hasSuffix) { return .max }
        return ends.min.contains(where: name.hasSuffix) ? .min : nil
    }

    /// What the names of metrics end with of which more, or less, is better.
    private static let ends = (
        max: ["acc", "accuracy", "auc", "precision", "recall", "f1_score", "f1score", "r2_score", "r2score", "bleu"],
        min: ["loss", "error", "mae", "mse", "rmse", "mape", "perplexity", "error_rate"]
    )

    /// The place of a job among the others: less is before more.
    ///
    /// - Parameters:
    ///   - left: One score.
    ///   - right: Another one.
    /// - Returns: Whether the left one is the better of the two.
    func ranks(_ left: Double, before right: Double) -> Bool { isHigherBetter ? left > right : left < right }

    /// The score among the metrics of a job, a JSON object; nil where it isn't there, or isn't finite.
    func score(in metrics: String?) -> Double? {
        guard let metrics, let root = try? JSONDocument(parsing: metrics).root else { return nil }
        return try? root[name]?.double()
    }
}
