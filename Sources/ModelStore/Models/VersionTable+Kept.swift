import SQL

/// Versions by number and kept epochs alike.
extension VersionTable {
    /// The version of that name; throws `.notFound`, also for the initial weights.
    public func find(model: String, _ name: VersionName) throws(StoreError) -> ModelVersion {
        switch name {
        case .number(let number): try find(model: model, number: number)
        case .kept(let kept): try self.kept(kept, model: model).version
        }
    }

    /// A model with one of its versions and the version's weights, all as of one moment.
    ///
    /// Throws `.notFound`, and `.corrupt` where any of it is damaged.
    public func loaded(model: String, _ name: VersionName) throws(StoreError) -> LoadedVersion {
        switch name {
        case .number(let number): return try loaded(model: model, number: number)
        case .kept(let kept):
            let (stored, version, weights) = try self.kept(kept, model: model, withWeights: true)
            try WeightsDigest.verify(weights, version, label: "weights of \(kept)")
            return LoadedVersion(model: stored, version: version, weights: weights)
        }
    }

    private func kept(
        _ kept: KeptEpoch,
        model: String,
        withWeights: Bool = false
    ) throws(StoreError) -> (model: StoredModel, version: ModelVersion, weights: [StoredTensor]) {
        let checkpoints = CheckpointTable(storage: storage)
        return try storage.read { database in
            let stored = try ModelTable.find(model, in: database)
            let row = try CheckpointTable.row(of: kept, model: model, in: database)
            let damage = StoreError.corrupt(
                "\(kept): what is kept of it does not pass its checksum; delete job \(kept.job), or train again"
            )
            guard let parts = try checkpoints.parts(of: row, from: withWeights ? 0 : 1, in: database),
                let last = parts.last, last.name == KeptVersion.part,
                let version = try? KeptVersion(reading: last.bytes)
            else { throw damage }
            let weights = withWeights ? version.weights(in: parts[0].bytes) : []
            guard let weights else { throw damage }
            let createdAt = Timestamp(milliseconds: try row.value("created_at"))
            return (stored, ModelVersion(kept, version, of: model, createdAt: createdAt), weights)
        }
    }
}

extension KeptVersion {
    /// The weights out of a checkpoint's first part; nil where they don't lie in it.
    fileprivate func weights(in part: [UInt8]) -> [StoredTensor]? {
        var weights: [StoredTensor] = []
        for tensor in tensors {
            guard let count = StoredTensor.byteCount(of: tensor.shape), tensor.offset <= part.count,
                count <= part.count - tensor.offset
            else { return nil }
            let bytes = Array(part[tensor.offset..<tensor.offset + count])
            weights.append(StoredTensor(name: tensor.name, shape: tensor.shape, bytes: bytes))
        }
        return weights
    }
}
