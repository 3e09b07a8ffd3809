import SQL

/// The smallest write there is: it says nothing, and tells whether the disk takes one.
enum Probe {
    static func write(at now: Timestamp, in database: any Connection) throws {
        try database.run(
            sql: """
                INSERT INTO probe (id, written_at) VALUES (1, ?)
                ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at
                """,
            arguments: [now.milliseconds]
        )
    }
}
