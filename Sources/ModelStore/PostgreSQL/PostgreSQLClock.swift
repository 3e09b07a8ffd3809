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
        /// How far it is ahead of this machine's wall clock, which counts for nothing.
        var ahead: Int64
        /// When that was found, by the steady clock.
        var taken: Int64
        /// The version of the server that was asked.
        var server: String
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

    /// The version of the server, and how far its clock is ahead of this machine's; nil before it has answered.
    var server: (version: String, millisecondsAhead: Int64)? {
        state.withLock { reading in reading.map { ($0.server, $0.ahead) } }
    }

    /// Reads the database's clock where the last reading has become old.
    func adjust(_ connection: PostgreSQLConnection) throws {
        let before = StoreClock.system.steadyMilliseconds()
        if let reading = state.withLock({ $0 }), before - reading.taken < Self.validMilliseconds { return }
        let wall = StoreClock.system.now().milliseconds
        guard let row = try Row.one(connection, sql: Self.query) else { return }
        let (time, server): (Int64, String) = (try row.value("time"), try row.value("server"))
        let after = StoreClock.system.steadyMilliseconds()
        // It was read in the middle of the way there and back, as far as anybody knows.
        let half = (after - before) / 2
        let reading = Reading(offset: time - before - half, ahead: time - wall - half, taken: after, server: server)
        state.withLock { $0 = reading }
    }

    private static let query = """
        SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) AS time,
            split_part(current_setting('server_version'), ' ', 1) AS server
        """
}
