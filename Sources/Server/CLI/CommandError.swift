import Foundation
import ModelStore

/// Why a command on a data folder did not do what it was asked, in one line.
struct CommandError: ReportedError {
    /// The line.
    let description: String
    /// EX_DATAERR, EX_NOINPUT, EX_CANTCREAT, EX_IOERR, or EX_SOFTWARE for what nobody foresaw.
    let status: Int32

    init(_ description: String, status: Int32) {
        self.description = description
        self.status = status
    }

    init(_ error: StoreError) {
        self.init(error.message, status: Self.status(of: error))
    }

    /// EX_DATAERR: what was read is damaged or unfit.
    static let damaged: Int32 = 65

    /// The exit status that says what kind of error it was.
    static func status(of error: StoreError) -> Int32 {
        switch error {
        case .invalid, .corrupt: damaged
        case .notFound: 66
        case .conflict, .readOnly: 73
        case .full, .busy, .unavailable: 74
        case .queueFull, .keyReused, .leaseLost, .unexpected: 70
        }
    }

    /// Runs work on a store; whatever the store throws becomes a line and a status.
    static func reporting<Outcome>(_ work: () throws(StoreError) -> Outcome) throws(CommandError) -> Outcome {
        do {
            return try work()
        } catch {
            throw CommandError(error)
        }
    }
}
