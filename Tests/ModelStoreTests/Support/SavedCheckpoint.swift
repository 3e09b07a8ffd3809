import ModelStore

extension CheckpointTable {
    /// Saves a checkpoint whose parts are in memory.
    func save(
        _ lease: Lease,
        position: String,
        parts: [CheckpointPart],
        keeping rule: KeptRule? = nil
    ) throws(StoreError) {
        let draft = try draft()
        for part in parts {
            draft.begin(part.name)
            try part.bytes.withUnsafeBufferPointer { (bytes) throws(StoreError) in
                try draft.append(UnsafeRawBufferPointer(bytes))
            }
        }
        try draft.finish(lease, position: position, keeping: rule)
    }

    /// Keeps an epoch whose weights are those of a sample version, behind a few other bytes.
    func keep(_ lease: Lease, epoch: Int, newest: Int? = nil) throws(StoreError) {
        let weights = NewVersion.sample(Float(epoch)).weights
        var bytes: [UInt8] = [9, 9, 9]
        var tensors: [KeptVersion.Tensor] = []
        for tensor in weights {
            tensors.append(KeptVersion.Tensor(name: tensor.name, shape: tensor.shape, offset: bytes.count))
            bytes += tensor.bytes
        }
        let version = KeptVersion(
            metrics: #"{"loss":\#(epoch)}"#,
            options: #"{"training":{}}"#,
            front: #"{"words":["a"]}"#,
            datasetFingerprint: "ab",
            parent: 0,
            programVersion: "1.0",
            weightsSHA256: VersionTable.weightsSHA256(weights),
            tensors: tensors
        )
        try save(
            lease,
            position: #"{"epoch":\#(epoch)}"#,
            parts: [CheckpointPart(name: "session", bytes: bytes)],
            keeping: KeptRule(epoch: epoch, newest: newest, version: version)
        )
    }
}
