import GRDB

extension SQLError {
    /// What an error of SQLite's means (https://www.sqlite.org/rescode.html).
    init(_ error: DatabaseError) {
        let reason = error.message ?? "no message"
        self.init(
            Self.cause(of: error, reason),
            code: "SQLite \(error.extendedResultCode.rawValue)",
            reason,
            isOfDevice: error.resultCode == .SQLITE_IOERR
        )
    }

    private static func cause(of error: DatabaseError, _ reason: String) -> Cause {
        switch error.resultCode {
        case .SQLITE_FULL: .full
        case .SQLITE_READONLY, .SQLITE_PERM: .readOnly
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
        case .SQLITE_CORRUPT: .corrupt
        case .SQLITE_NOTADB: .notADatabase
        case .SQLITE_CANTOPEN, .SQLITE_NOLFS, .SQLITE_AUTH: .unavailable
        case .SQLITE_IOERR:
            switch error.extendedResultCode {
            // Growing the shared-memory file of the WAL on a full disk reports an I/O error, not SQLITE_FULL.
            case .SQLITE_IOERR_SHMSIZE: .full
            case .SQLITE_IOERR_FSYNC: .unsynchronized
            default: .device
            }
        case .SQLITE_TOOBIG: .tooLarge
        case .SQLITE_CONSTRAINT where reason.contains("json_valid"): .invalidJSON
        default: .unexpected
        }
    }

    /// Runs `body`, which throws nothing but errors of SQLite's.
    static func translating<Result>(_ body: () throws -> Result) throws(SQLError) -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw SQLError(error)
        } catch let error as SQLError {
            throw error
        } catch {
            throw SQLError(.unexpected, "\(error)")
        }
    }

    /// Runs `body`; what else it throws than errors of SQLite's passes through.
    static func translatingSome<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw SQLError(error)
        }
    }
}
