import SQL

/// Which version of which model something is of: no other one ever has the same, also where a name is used again.
public struct VersionIdentity: Hashable, Sendable {
    /// The model, as `StoredModel.identifier`.
    public let model: Int64
    /// Which one of the model's.
    public let name: VersionName

    /// Names a version of a model.
    public init(model: Int64, name: VersionName) {
        self.model = model
        self.name = name
    }

    /// Names a version of a model by its number; 0 for the initial weights.
    public init(model: Int64, number: Int) { self.init(model: model, name: .number(number)) }
}

/// A model with one of its versions, as of one moment.
public struct LoadedVersion: Sendable {
    /// The model.
    public let model: StoredModel
    /// The version; nil for the initial weights.
    public let version: ModelVersion?
    /// The version's tensors in order; none for the initial weights.
    public let weights: [StoredTensor]

    /// Which version of which model it is.
    public var identity: VersionIdentity { VersionIdentity(model: model.identifier, name: version?.name ?? .number(0)) }
}

/// Looks up what names stand for now, in one read each that takes no definition and no weights.
extension VersionTable {
    /// The newest version of a model, 0 where it was never trained; throws `.notFound`.
    public func identity(newestOf model: String) throws(StoreError) -> VersionIdentity {
        try storage.read { database in
            let identifier = try ModelTable.identifier(of: model, in: database)
            let sql = "SELECT max(number) FROM versions WHERE model_id = ?"
            let number = try Int.one(database, sql: sql, arguments: [identifier])
            return VersionIdentity(model: identifier, number: number ?? 0)
        }
    }

    /// The version of a number, or the initial weights for 0; throws `.notFound`.
    public func identity(of number: Int, model: String) throws(StoreError) -> VersionIdentity {
        try storage.read { database in
            let identifier = try ModelTable.identifier(of: model, in: database)
            if number != 0 { _ = try Self.row(model: model, number: number, in: database) }
            return VersionIdentity(model: identifier, number: number)
        }
    }

    /// A kept epoch; throws `.notFound`.
    public func identity(of kept: KeptEpoch, model: String) throws(StoreError) -> VersionIdentity {
        try storage.read { database in
            let identifier = try ModelTable.identifier(of: model, in: database)
            _ = try CheckpointTable.row(of: kept, model: model, in: database)
            return VersionIdentity(model: identifier, name: .kept(kept))
        }
    }

    /// The version that an alias stands for; throws `.notFound`.
    public func identity(of alias: String, model: String) throws(StoreError) -> VersionIdentity {
        try storage.read { database in
            let identifier = try ModelTable.identifier(of: model, in: database)
            let version = try AliasTable.find(alias, model: model, in: database).version
            return VersionIdentity(model: identifier, number: version)
        }
    }
}
