/// What is wrong with a file of weights.
public enum WeightsFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no file.
    case empty
    /// It is another kind of file; the text says which, and what to do.
    case foreign(String)
    /// The file ends before its header does.
    case truncated(needed: Int, found: Int)
    /// The header claims to be longer than any header may be.
    case headerLength(UInt64)
    /// The header is not what the format asks for; the text says where and why.
    case header(String)
    /// The tensors' places overlap, leave gaps or don't fit the file.
    case offsets(String)
    /// The tensors are not those of the model; one text for each that is missing, unknown or of another shape.
    case mismatch([String])

    /// The fault in one line.
    public var description: String {
        switch self {
        case .empty: "safetensors: the file is empty, its header alone needs 8 bytes"
        case .foreign(let problem): "weights: expected a safetensors file, \(problem)"
        case .truncated(let needed, let found):
            "safetensors: the file is \(found) bytes, its header alone needs \(needed)"
        case .headerLength(let length):
            "safetensors: the first 8 bytes give a header of \(length) bytes, the limit is \(WeightsFile.greatestHeader)"
        case .header(let problem): "safetensors header: \(problem)"
        case .offsets(let problem): "safetensors: \(problem)"
        case .mismatch(let problems): "weights: \(problems.joined(separator: "; "))"
        }
    }
}
