import Features
import JSON
import ModelStore
import NN

/// What the targets of a stored dataset are, read back from its row.
struct StoredTarget: Sendable {
    /// How many classes there are; nil where targets are values.
    let classes: Int?
    /// The words of the classes, where the data had words.
    let labels: [String]?
    /// The shape of a row's.
    let shape: Shape
    /// How many rows before those that validate share targets with them.
    let gap: Int

    /// Targets of which this is known.
    init(classes: Int?, labels: [String]?, shape: Shape, gap: Int) {
        (self.classes, self.labels, self.shape, self.gap) = (classes, labels, shape, gap)
    }

    /// Reads `{"classes"?, "labels"?, "gap"?}`, as `TargetSummary` writes it.
    init(_ json: JSONValue, shape: Shape) throws {
        self.shape = shape
        classes = try json["classes"]?.int()
        gap = try json["gap"]?.int() ?? 0
        labels = try json["labels"]?.array().map { value in try value.string() }
    }

    /// What the targets are to a loss.
    ///
    /// Whole numbers can be classes or values, and a few of them don't tell which. Where the data calls them values and
    /// the loss can only use classes, they are classes, as many as the model tells apart.
    ///
    /// - Parameters:
    ///   - loss: The loss.
    ///   - output: The shape of what the model gives.
    ///   - look: What the numbers look like, for messages.
    /// - Returns: Classes or values.
    func description(for loss: Loss, output: Shape, look: TargetLook = .unknown) -> TargetDescription {
        if let classes { return .labels(classes: classes, shape: shape) }
        let values = TargetDescription.values(shape: shape, look: look)
        let labels = TargetDescription.labels(classes: output.last, shape: shape.volume == 1 ? [] : shape)
        let takesValues = (try? loss.rule(for: values, output: output)) != nil
        guard !takesValues, (try? loss.rule(for: labels, output: output)) != nil else { return values }
        return labels
    }
}
