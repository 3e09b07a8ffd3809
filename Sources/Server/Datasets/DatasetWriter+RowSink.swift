public import Features
public import ModelStore

/// Uploads of arrays are read straight into the dataset that is being written.
extension DatasetWriter: RowSink {
    /// Appends input values.
    public func appendInputs(_ values: UnsafeBufferPointer<Float>, to part: UploadPart) throws {
        try appendInputs(values, to: DatasetPart(part))
    }

    /// Appends target values.
    public func appendTargets(_ values: UnsafeBufferPointer<Float>, to part: UploadPart) throws {
        try appendTargets(values, to: DatasetPart(part))
    }
}

extension DatasetPart {
    /// The part of a dataset that a part of an upload becomes.
    init(_ part: UploadPart) { self = part == .train ? .train : .test }
}
