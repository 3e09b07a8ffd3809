import ModelStore
import SQL

extension Bench {
    /// Gives all rows of a kind the checksum of what they hold now, as if they had been written so.
    func renew(_ checksum: RowChecksum) throws {
        let database = try SQLiteDatabase(alone: folder.path + "/trainyard.sqlite")
        try database.write {
            try $0.add(RowChecksum.function)
            try checksum.renew(where: "TRUE", in: $0)
        }
        try database.close()
    }
}
