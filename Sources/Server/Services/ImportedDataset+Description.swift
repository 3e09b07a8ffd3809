import JSON
import ModelStore

extension DatasetWriter: RowSink {}

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
