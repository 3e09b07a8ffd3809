import Foundation
import SQL

/// The bytes of datasets and checkpoints in a PostgreSQL: rows of 1 MiB, since a value of hundreds of them takes many times
/// as long.
enum PostgreSQLFiles {
    private static let partBytes = 1 << 20
    /// How many parts a transaction has; no lock is held meanwhile.
    private static let partsAtOnce = 64
    /// How long parts that no row names are left alone, since a row may be about to: a day.
    private static let patienceMilliseconds = 86_400_000

    /// Stores a file under a name that no other one has.
    static func keep(_ name: String, from path: String, in database: PostgreSQLDatabase) throws {
        let file = try OpenedFile(path: path)
        defer { file.close() }
        // Of a file of no bytes too there is one part.
        let count = max(1, (file.count + partBytes - 1) / partBytes)
        for first in stride(from: 0, to: count, by: partsAtOnce) {
            try database.write { connection in
                try connection.inTransaction {
                    for number in first..<min(first + partsAtOnce, count) {
                        let offset = number * partBytes
                        let bytes = try file.bytes(at: offset, count: min(partBytes, file.count - offset))
                        try connection.run(
                            sql: """
                                INSERT INTO file_parts (file, number, data) VALUES (?, ?, ?)
                                ON CONFLICT (file, number) DO UPDATE SET data = excluded.data
                                """,
                            arguments: [name, number, bytes]
                        )
                    }
                }
            }
        }
    }

    /// Writes a file out, under a temporary name until it is whole.
    ///
    /// - Parameters:
    ///   - name: Its name in the database.
    ///   - path: Where it gets.
    ///   - database: A connection.
    ///   - folder: The folder that it lies in.
    /// - Throws: `StoreError.notFound` where there is none of that name.
    static func fetch(_ name: String, to path: String, in database: any Connection, folder: StoreFolder) throws {
        let token = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        let staging = path + "." + token + ".part"
        let file = try folder.newFile(staging)
        defer { unlink(staging) }
        var number = 0
        while let bytes = try [UInt8].one(
            database,
            sql: "SELECT data FROM file_parts WHERE file = ? AND number = ?",
            arguments: [name, number]
        ) {
            try file.append(bytes)
            number += 1
        }
        guard number > 0 else { throw StoreError.notFound("\(name): the store has no such file") }
        try file.synchronize()
        guard rename(staging, path) == 0 else { throw StoreError(errno: errno, doing: "renaming", path: staging) }
    }

    /// Gives the bytes of a file to a second name.
    static func copy(_ name: String, as copy: String, in database: any Connection) throws {
        try database.run(
            sql: "INSERT INTO file_parts (file, number, data) SELECT ?, number, data FROM file_parts WHERE file = ?",
            arguments: [copy, name]
        )
        guard database.changesCount > 0 else { throw StoreError.notFound("\(name): the store has no such file") }
    }

    /// Holds for parts of files that no row names.
    private static let isUnnamed = """
        NOT EXISTS (SELECT 1 FROM datasets WHERE datasets.file = file_parts.file)
        AND NOT EXISTS (SELECT 1 FROM checkpoints WHERE checkpoints.file = file_parts.file)
        """

    /// Removes a file that no row names.
    static func discard(_ name: String, in database: any Connection) throws {
        try database.run(sql: "DELETE FROM file_parts WHERE file = ? AND \(isUnnamed)", arguments: [name])
    }

    /// Removes files that no row has named for a day, as those of a program that ended while it stored one.
    static func sweep(_ database: PostgreSQLDatabase) throws {
        let names = try database.read { connection in
            try String.all(
                connection,
                sql: """
                    SELECT file FROM file_parts WHERE number = 0 AND \(isUnnamed) AND stored_at
                        < CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) - \(patienceMilliseconds) LIMIT 100
                    """
            )
        }
        for name in names { try database.write { try discard(name, in: $0) } }
    }
}
