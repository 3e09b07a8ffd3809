/// What takes the values of an upload as they are read.
///
/// Inputs and targets come row-major in pieces of any size; the two, and the two parts, may come in any order.
public protocol RowSink: AnyObject {
    /// Appends input values.
    func appendInputs(_ values: UnsafeBufferPointer<Float>, to part: UploadPart) throws

    /// Appends target values.
    func appendTargets(_ values: UnsafeBufferPointer<Float>, to part: UploadPart) throws

    /// Replaces every target appended so far.
    func mapTargets(_ transform: (Float) -> Float) throws
}

extension RowSink {
    func appendInputs(_ values: [Float], to part: UploadPart = .train) throws {
        try values.withUnsafeBufferPointer { try appendInputs($0, to: part) }
    }

    func appendTargets(_ values: [Float], to part: UploadPart = .train) throws {
        try values.withUnsafeBufferPointer { try appendTargets($0, to: part) }
    }
}
