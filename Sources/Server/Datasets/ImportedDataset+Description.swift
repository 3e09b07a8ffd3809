import Features
import JSON
import ModelStore

extension NamedRows {
    /// What was read, as the store describes datasets: rows of all inputs and rows of all targets.
    var description: DatasetDescription {
        DatasetDescription(
            kind: "named",
            inputShape: [inputVolume],
            targetShape: [targetVolume],
            target: jsonText,
            columns: nil,
            split: .given
        )
    }
}

extension ImportedDataset {
    /// How a share of the rows is set aside: the last windows of a series, else rows drawn by the seed.
    func split(fraction: Double, seed: UInt64) -> DatasetSplit {
        kind == .series ? .last(fraction: fraction, gap: target.gap ?? 0) : .shuffled(fraction: fraction, seed: seed)
    }

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
