public import JSON

/// Why an upload is not a dataset, one case per reason that a caller can react to.
public enum DatasetFormatError: Error, Equatable, Sendable {
    /// A query parameter does not fit, by itself or with the data: its name, and what was found and is allowed.
    case option(String, String)
    /// The data at a place, such as `line 7, column "age"`, is not what belongs there.
    case content(place: String, String)
    /// A JSON upload with wrong fields.
    case fields(FaultyInput)
    /// A JSON upload that is not JSON.
    case syntax(JSONSyntaxError)
    /// The data would take more room than is allowed.
    case tooLarge(String)
}

extension DatasetFormatError: CustomStringConvertible {
    /// One line: where, what was found, what is allowed.
    public var description: String {
        switch self {
        case .option(let name, let detail): "query parameter \(name): \(detail)"
        case .content(let place, let detail): place.isEmpty ? detail : "\(place): \(detail)"
        case .fields(let input): input.description
        case .syntax(let error): error.description
        case .tooLarge(let detail): detail
        }
    }
}
