import JSON
import ModelStore

/// What clients see of a model's version.
struct VersionDocument: JSONWritable {
    let version: ModelVersion
    /// The names that stand for the version.
    let aliases: [String]

    /// A version, and those of its model's aliases that stand for it.
    init(version: ModelVersion, aliases: [Alias] = []) {
        self.version = version
        self.aliases = aliases.filter { version.kept == nil && $0.version == version.number }.map(\.name)
    }

    /// Where its weights are.
    var location: String { "/models/\(version.model)/weights?version=\(version.name)" }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("model", version.model)
            json.field("version", version.name)
            json.field("aliases", aliases)
            json.field("metrics", StoredJSON(text: version.metrics))
            json.field("options", StoredJSON(text: version.options))
            json.field("dataset_sha256", version.datasetFingerprint)
            json.field("parent", version.parent)
            json.field("job", version.job?.description)
            json.field("program_version", version.programVersion)
            json.field("bytes", version.bytes)
            json.field("weights_sha256", version.weightsSHA256)
            json.field("optimizer_state", version.optimizer.map(OptimizerStateDocument.init))
            json.field("created_at", version.createdAt.description)
        }
    }
}

/// What clients see of what an optimizer remembers of a version's weights.
struct OptimizerStateDocument: JSONWritable {
    /// What the version says of it.
    let state: StoredOptimizerState

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("optimizer", StoredJSON(text: state.optimizer))
            json.field("updates", state.updates)
        }
    }
}

/// What clients see of a page of versions.
struct VersionPage: JSONWritable, Sendable {
    let versions: [VersionDocument]
    /// The number after which the next page begins; nil on the last one.
    let next: Int?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("versions", versions)
            json.field("next", next)
        }
    }
}

/// What clients see of an alias.
struct AliasDocument: JSONWritable, Sendable {
    let alias: Alias

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("alias", alias.name)
            json.field("version", alias.version)
            json.field("previous", alias.previous)
            json.field("updated_at", alias.updatedAt.description)
        }
    }
}
