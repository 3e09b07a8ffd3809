import Foundation
import SQL
import Synchronization

/// The clock of a PostgreSQL, which all programs that use it go by; it is read now and then, and this machine's steady clock
/// goes on from there.
///
/// Until it has been read for the first time, this machine's clock takes its place.
final class PostgreSQLClock: Sendable {
    private let state = Mutex<Reading?>(nil)

    private struct Reading {
        /// How far the database's clock is ahead of this machine's steady one.
        var offset: Int64
        /// When that was found, by the steady clock.
        var taken: Int64
    }

    /// How long a reading is gone by.
    private static let validMilliseconds: Int64 = 10_000

    /// As a clock of a store, the same for all boots of all machines.
    var clock: StoreClock {
        StoreClock(
            wall: { Timestamp(milliseconds: self.milliseconds) },
            steadyMilliseconds: { self.milliseconds },
            bootID: "postgresql"
        )
    }

    private var milliseconds: Int64 {
        guard let reading = state.withLock({ $0 }) else { return StoreClock.system.now().milliseconds }
        return StoreClock.system.steadyMilliseconds() + reading.offset
    }

    /// Reads the database's clock where the last reading has become old.
    func adjust(_ connection: PostgreSQLConnection) throws {
        let before = StoreClock.system.steadyMilliseconds()
        if let reading = state.withLock({ $0 }), before - reading.taken < Self.validMilliseconds { return }
        let sql = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
        guard let time = try Int64.one(connection, sql: sql) else { return }
        let after = StoreClock.system.steadyMilliseconds()
        state.withLock { $0 = Reading(offset: time - (before + after) / 2, taken: after) }
    }
}
