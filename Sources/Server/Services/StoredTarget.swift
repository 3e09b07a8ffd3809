import JSON
import ModelStore

/// What the targets of a stored dataset are, read back from its row.
struct StoredTarget: Sendable {
    /// How many classes there are; nil where targets are values.
    let classes: Int?
    /// The words of the classes, where the data had words.
    let labels: [String]?

    /// - Throws: `StoreError.corrupt` where the row can't be read.
    init(_ dataset: StoredDataset) throws {
        do {
            let target = try JSONDocument(parsing: dataset.target).root
            classes = try target["classes"]?.int()
            labels = try target["labels"]?.array().map { value in try value.string() }
        } catch {
            throw StoreError.corrupt("dataset \"\(dataset.name)\": the description of its targets is damaged: \(error)")
        }
    }
}
