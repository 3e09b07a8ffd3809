extension Store {
    /// Gives free pages of the database back to the disk; returns how many are still free afterwards.
    ///
    /// Each call moves at most `maximumPages` pages of 4 KiB, so that it holds the write lock for milliseconds only.
    /// Deleting versions or jobs frees pages; call this until nothing is left, between other work.
    public func reclaimSpace(maximumPages: Int = 256) throws(StoreError) -> Int {
        try storage.call("Store.reclaimSpace(maximumPages:)") {
            try storage.engine.reclaimSpace(maximumPages: maximumPages)
        }
    }
}
