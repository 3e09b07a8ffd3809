import JSON
import ModelStore

/// What clients see of a model's version.
struct VersionDocument: JSONWritable {
    let version: ModelVersion

    /// Where its weights are.
    var location: String { "/models/\(version.model)/weights?version=\(version.number)" }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("model", version.model)
            json.field("version", version.number)
            json.field("weights_sha256", version.weightsSHA256)
            json.field("created_at", version.createdAt.description)
        }
    }
}
