import Foundation
import GRDB
import ModelStore
import Testing

extension Bench {
    /// Looks into the database past the store, on a connection of its own.
    func raw<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let queue = try DatabaseQueue(path: folder.path + "/trainyard.sqlite")
        return try queue.writeWithoutTransaction(body)
    }

    func count(_ table: String) throws -> Int {
        let sql = "SELECT count(*) FROM \(table)"
        if url != nil { return try onServer(sql) }
        return try raw { try Int.fetchOne($0, sql: sql) ?? -1 }
    }

    /// The path of the newest checkpoint's file.
    func newestCheckpointFile() throws -> String {
        let name = try raw { try String.fetchOne($0, sql: "SELECT file FROM checkpoints ORDER BY id DESC LIMIT 1") }
        return folder.path + "/checkpoints/" + (try #require(name))
    }

    /// Flips one bit in the middle of the newest checkpoint's file.
    func damageNewestCheckpoint() throws {
        let url = URL(fileURLWithPath: try newestCheckpointFile())
        var data = try Data(contentsOf: url)
        data[data.count / 2] ^= 0x10
        try data.write(to: url)
    }

    /// Flips one bit of a column in the row of a table that holds the most raw bytes (and is the newest of these).
    func damage(_ column: String, ofLargestIn table: String) throws {
        try raw { database in
            let sql = "SELECT id, \(column) AS value FROM \(table) ORDER BY raw_bytes DESC, id DESC LIMIT 1"
            guard let row = try Row.fetchOne(database, sql: sql) else { return }
            let identifier: Int64 = row["id"]
            let value: DatabaseValue
            if column == "data" {
                var data: Data = row["value"]
                data[data.startIndex + data.count / 2] ^= 0x10
                value = data.databaseValue
            } else {
                value = ((row["value"] as Int64) ^ 0x10).databaseValue
            }
            try database.execute(sql: "UPDATE \(table) SET \(column) = ? WHERE id = ?", arguments: [value, identifier])
        }
    }
}
