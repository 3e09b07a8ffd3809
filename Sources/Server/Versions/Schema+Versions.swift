import JSON
import ModelStore

extension Schema {
    /// The rule for aliases, which must not look like a version's number.
    static let aliasName = string(matching: NameRule.aliasPattern).named("AliasName")

    /// A kept epoch of a job.
    static let keptEpoch = string(matching: "^job:[1-9][0-9]{0,17}@[1-9][0-9]{0,17}$").named("KeptEpoch")

    /// A version that was used: its number, 0 for the initial weights, or the kept epoch.
    static let versionName = any(of: [.integer(0...), .keptEpoch]).named("VersionName")

    /// A version of a model: its number, 0 for the initial weights, an alias, or a kept epoch of a job.
    static let versionReference = any(of: [
        .integer(0...JSONValue.exactIntegers.upperBound), .aliasName, .string(matching: "^[0-9]{1,15}$"), .keptEpoch,
    ]).named("VersionReference")

    /// One version.
    static let version = Schema.object([
        .required("model", .name), .required("version", .versionName), .required("aliases", .array(of: .string)),
        .required("metrics", .object()), .required("options", .object()),
        .required("dataset_sha256", .string.orNull), .required("parent", .integer(0...).orNull),
        .required("job", .string.orNull), .required("program_version", .string), .required("bytes", .integer(0...)),
        .required("weights_sha256", .string(matching: "^[0-9a-f]{64}$")),
        .required("optimizer_state", optimizerState.orNull), .required("created_at", .time),
    ]).named("Version")

    /// What an optimizer remembers of a version's weights.
    private static let optimizerState = Schema.object([
        .required("optimizer", .object()), .required("updates", .integer(0...)),
    ]).named("OptimizerState")

    /// One alias.
    static let alias = Schema.object([
        .required("alias", .aliasName), .required("version", .integer(1...)),
        .required("previous", .integer(1...).orNull), .required("updated_at", .time),
    ]).named("Alias")
}
