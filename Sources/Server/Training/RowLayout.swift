import JSON
import ModelStore
import NN

/// How the rows of a stored dataset are made up, read back from its row in the store.
struct RowLayout: Sendable {
    /// The shapes of a row's inputs, one after the other.
    let inputShapes: [Shape]
    /// What a row's targets are, one after the other.
    let targets: [StoredTarget]
    /// The output that each target is of; nil where they have no names.
    let targetNames: [String]?
    /// The extents of what stands behind a row's targets: how much the row counts, `[]`, or each of its steps; nil where
    /// nothing does.
    let weightShape: Shape?

    /// - Throws: `StoreError.corrupt` where the row can't be read.
    init(_ dataset: StoredDataset) throws {
        do {
            let json = try JSONDocument(parsing: dataset.target).root
            guard try json["kind"]?.string() == "named" else {
                inputShapes = [Shape(dataset.inputShape)]
                targets = [try StoredTarget(json, shape: Shape(dataset.targetShape))]
                (targetNames, weightShape) = (nil, nil)
                return
            }
            func shape(_ value: JSONValue?) throws -> Shape {
                Shape(try value?.array().map { extent in try extent.int() } ?? [])
            }
            inputShapes = try json["inputs"]?.array().map { input in try shape(input["shape"]) } ?? []
            let stored = try json["targets"].map { Array(try $0.array()) } ?? []
            targetNames = try stored.map { target in try target["name"]?.string() ?? "" }
            targets = try stored.map { entry in
                let target = entry["target"] ?? entry
                return try StoredTarget(target, shape: shape(target["shape"]))
            }
            weightShape = try json["weighted"]?.bool() ?? false ? shape(json["weight_shape"]) : nil
        } catch {
            throw StoreError.corrupt("dataset \"\(dataset.name)\": the description of its targets is damaged: \(error)")
        }
    }

    /// How many rows before those that validate share targets with them.
    var gap: Int { targets.map(\.gap).max() ?? 0 }

    /// The words of the classes, where the data had words.
    var labels: ClassLabels? {
        guard let names = targetNames, names.count > 1 else { return targets[0].labels.map(ClassLabels.init) }
        let words = zip(names, targets).compactMap { name, target in target.labels.map { (name, $0) } }
        return words.isEmpty ? nil : ClassLabels(byOutput: Dictionary(uniqueKeysWithValues: words))
    }
}
