import Foundation
import SQL

extension StoreError {
    /// Maps whatever a database call threw, naming the call; a `StoreError` passes through unchanged.
    init(_ error: any Error, in call: String) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as SQLError:
            self = StoreError(sql: error, in: call)
        default:
            self = .unexpected("\(call): \(error)")
        }
    }

    private init(sql error: SQLError, in call: String) {
        let text = "\(error) in \(call)"
        switch error.cause {
        case .full: self = .full(text)
        case .readOnly: self = .readOnly(text)
        case .busy: self = .busy(text)
        case .corrupt, .notADatabase: self = .corrupt(text)
        case .unavailable, .refused, .device, .misused: self = .unavailable(text)
        case .uncertain: self = .unavailable("\(text); look whether it was carried out before you repeat it")
        case .unsynchronized:
            self = .unavailable(
                "\(text): the disk did not take what was written, so it counts as not stored, and nothing is accepted "
                    + "until the disk takes it; look at the system's log"
            )
        case .tooLarge: self = .invalid("\(text): one value exceeds the database's limit")
        case .invalidJSON: self = .invalid("\(text): the text is not valid JSON")
        case .undecodable: self = .corrupt("\(call): a stored row does not have the expected form: \(error)")
        case .unexpected: self = .unexpected(text)
        }
    }

    /// This error of work on a file of the data folder: where that is missing, it is the store that can't be used, and not a
    /// client that asked for what there is none of.
    var ofOwnFile: StoreError {
        guard case .notFound(let text) = self else { return self }
        return .unavailable(text)
    }

    /// Maps the `errno` of a failed file operation.
    init(errno code: Int32, doing action: String, path: String) {
        let text = "\(action) \(path): \(String(cString: strerror(code))) (errno \(code))"
        switch code {
        case ENOSPC, EDQUOT: self = .full(text)
        case EROFS, EACCES, EPERM: self = .readOnly(text)
        case ENOENT: self = .notFound(text)
        default: self = .unavailable(text)
        }
    }
}
