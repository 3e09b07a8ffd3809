import GRDB

extension Store {
    /// Gives free pages of the database back to the disk; returns how many are still free afterwards.
    ///
    /// Each call moves at most `maximumPages` pages of 4 KiB, so that it holds the write lock for milliseconds only.
    /// Deleting versions or jobs frees pages; call this until nothing is left, between other work.
    public func reclaimSpace(maximumPages: Int = 256) throws(StoreError) -> Int {
        let free = try storage.writeAlone { database in
            try database.execute(sql: "PRAGMA incremental_vacuum(\(max(maximumPages, 1)))")
            return try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        }
        // The file shrinks once the write-ahead log has been copied into it; a reader may put that off.
        if free == 0 { try storage.log.checkpoint(.passive) }
        return free
    }
}
