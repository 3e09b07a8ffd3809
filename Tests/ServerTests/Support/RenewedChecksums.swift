import ModelStore
import SQL

extension RowChecksum {
    /// Gives all rows of this kind in a database the checksum of what they hold now, as if they had been written so.
    func renewAll(inDatabase path: String) throws {
        let database = try SQLiteDatabase(alone: path)
        try database.write {
            try $0.add(RowChecksum.function)
            try renew(where: "TRUE", in: $0)
        }
        try database.close()
    }
}
