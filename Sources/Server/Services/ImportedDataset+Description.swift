import JSON
import ModelStore

extension ImportedDataset {
    /// What was read, as the store describes datasets.
    func description(split: DatasetSplit) -> DatasetDescription {
        DatasetDescription(
            kind: kind.rawValue,
            inputShape: inputShape,
            targetShape: targetShape,
            target: target.jsonText,
            columns: columns?.jsonText,
            split: split
        )
    }
}
