import Features
import JSON
import NN

extension ColumnTarget {
    /// The target as it is learned where a layer joins two rows: numbers of which there can be a mean.
    ///
    /// - Parameters:
    ///   - layer: The layer that joins rows.
    ///   - loss: What it is learned by.
    ///   - output: The shape of what the model gives for it.
    ///   - words: The words of the classes as the model has learned them; nil where it hasn't.
    /// - Returns: Classes as one-hot rows where the loss takes these, else the target itself.
    /// - Throws: `FaultyInput` for a loss that takes one class a row, of which there is no mean, and for a word that the
    ///   model doesn't know.
    func mixable(
        by layer: String,
        _ loss: Loss,
        output: Shape,
        words: [String]?
    ) throws(FaultyInput) -> ColumnTarget {
        let rule = try? loss.rule(for: stored.description(for: loss, output: output), output: output)
        if loss.alignsLabels || output.volume > 1, case .labels = rule?.allowed {
            throw FaultyInput(
                Fault(
                    pointer: "/loss",
                    detail:
                        "\(layer) joins the targets of two rows, and this loss takes a class for each, of which there is no mean; "
                        + "use \"categorical_crossentropy\", for which classes become one-hot rows"
                )
            )
        }
        guard rule == nil, let count = stored.classes, stored.shape.volume == 1, horizons == nil, !isSpelled,
            output.rank == 1, count <= output.last,
            (try? loss.rule(for: .values(shape: output, look: .oneHot), output: output)) != nil
        else { return self }
        var numbers = classes
        let labels = stored.labels.map { words ?? $0 }
        if let words, let own = stored.labels {
            let known = Dictionary(words.enumerated().map { ($1, $0) }) { first, _ in first }
            for word in own where known[word] == nil {
                throw FaultyInput(
                    Fault(pointer: "/dataset", detail: Suggestion.unknown("class", word, known: words))
                )
            }
            numbers = known
        }
        let rows = StoredTarget(classes: nil, labels: labels, shape: output, gap: stored.gap)
        var target = ColumnTarget(columns: columns, stored: rows, classes: numbers, horizons: nil)
        target.isOneHot = true
        return target
    }
}
