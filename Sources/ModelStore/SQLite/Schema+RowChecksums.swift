import SQL

extension Schema {
    /// Makes schema `v4`: rows that decide what is answered or computed carry a CRC-32 of what they hold.
    ///
    /// Those of earlier schemas are taken as they are found.
    static func addRowChecksums(_ database: SQLiteConnection) throws {
        try database.add(RowChecksum.function)
        for checksum in RowChecksum.first {
            try database.execute(sql: "ALTER TABLE \(checksum.table) ADD COLUMN \(checksum.name) INTEGER")
        }
        for checksum in RowChecksum.first { try checksum.renew(where: checksum.condition, in: database) }
    }
}
