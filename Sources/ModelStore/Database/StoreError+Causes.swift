import Foundation
import GRDB

extension StoreError {
    /// Maps whatever a database call threw, naming the call; a `StoreError` passes through unchanged.
    ///
    /// Result codes: https://www.sqlite.org/rescode.html
    init(_ error: any Error, in call: String) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError:
            self = StoreError(sqlite: error, in: call)
        case let error as RowDecodingError:
            self = .corrupt("\(call): a stored row does not have the expected form: \(error)")
        default:
            self = .unexpected("\(call): \(error)")
        }
    }

    private init(sqlite error: DatabaseError, in call: String) {
        let reason = error.message ?? "no message"
        let text = "SQLite \(error.extendedResultCode.rawValue) (\(reason)) in \(call)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(text)
        case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(text)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(text)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(text)
        case .SQLITE_CANTOPEN, .SQLITE_NOLFS, .SQLITE_AUTH: self = .unavailable(text)
        case .SQLITE_IOERR:
            self =
                switch error.extendedResultCode {
                // Growing the shared-memory file of the WAL on a full disk reports an I/O error, not SQLITE_FULL.
                case .SQLITE_IOERR_SHMSIZE: .full(text)
                case .SQLITE_IOERR_FSYNC:
                    .unavailable(
                        "\(text): the disk did not take what was written, so it counts as not stored, and nothing "
                            + "is accepted until the disk takes it; look at the system's log"
                    )
                default: .unavailable(text)
                }
        case .SQLITE_TOOBIG: self = .invalid("\(text): one value exceeds SQLite's limit of 1,000,000,000 bytes")
        case .SQLITE_CONSTRAINT where reason.contains("json_valid"):
            self = .invalid("\(text): the text is not valid JSON")
        default: self = .unexpected(text)
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
