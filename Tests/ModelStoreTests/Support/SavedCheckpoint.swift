import ModelStore

extension CheckpointTable {
    /// Saves a checkpoint whose parts are in memory.
    func save(_ lease: Lease, position: String, parts: [CheckpointPart]) throws(StoreError) {
        let draft = try draft()
        for part in parts {
            draft.begin(part.name)
            try part.bytes.withUnsafeBufferPointer { (bytes) throws(StoreError) in
                try draft.append(UnsafeRawBufferPointer(bytes))
            }
        }
        try draft.finish(lease, position: position)
    }
}
