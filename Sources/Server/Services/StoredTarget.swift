import JSON
import ModelStore
import NN

/// What the targets of a stored dataset are, read back from its row.
struct StoredTarget: Sendable {
    /// How many classes there are; nil where targets are values.
    let classes: Int?
    /// The words of the classes, where the data had words.
    let labels: [String]?

    private let shape: Shape

    /// - Throws: `StoreError.corrupt` where the row can't be read.
    init(_ dataset: StoredDataset) throws {
        shape = Shape(dataset.targetShape)
        do {
            let target = try JSONDocument(parsing: dataset.target).root
            classes = try target["classes"]?.int()
            labels = try target["labels"]?.array().map { value in try value.string() }
        } catch {
            throw StoreError.corrupt("dataset \"\(dataset.name)\": the description of its targets is damaged: \(error)")
        }
    }

    /// What the targets are to a loss.
    ///
    /// Whole numbers can be classes or values, and a few of them don't tell which. Where the data calls them values, one
    /// a row, and the loss can only use classes, they are classes, as many as the model tells apart.
    func description(for loss: Loss, output: Shape) -> TargetDescription {
        if let classes { return .labels(classes: classes, shape: shape) }
        let values = TargetDescription.values(shape: shape)
        let labels = TargetDescription.labels(classes: output.last, shape: [])
        let takesValues = (try? loss.rule(for: values, output: output)) != nil
        guard !takesValues, shape.volume == 1, (try? loss.rule(for: labels, output: output)) != nil else {
            return values
        }
        return labels
    }
}
