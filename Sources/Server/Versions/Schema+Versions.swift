import JSON
import ModelStore

extension Schema {
    /// The rule for aliases, which must not look like a version's number.
    static let aliasName = string(matching: NameRule.aliasPattern).named("AliasName")

    /// A version of a model: its number, 0 for the initial weights, or an alias.
    static let versionReference = any(of: [
        .integer(0...JSONValue.exactIntegers.upperBound), .aliasName, .string(matching: "^[0-9]{1,15}$"),
    ]).named("VersionReference")

    /// One version.
    static let version = Schema.object([
        .required("model", .name), .required("version", .integer(1...)), .required("aliases", .array(of: .string)),
        .required("metrics", .object()), .required("options", .object()),
        .required("dataset_sha256", .string.orNull), .required("parent", .integer(0...).orNull),
        .required("job", .string.orNull), .required("program_version", .string), .required("bytes", .integer(0...)),
        .required("weights_sha256", .string(matching: "^[0-9a-f]{64}$")), .required("created_at", .time),
    ]).named("Version")

    /// One alias.
    static let alias = Schema.object([
        .required("alias", .aliasName), .required("version", .integer(1...)),
        .required("previous", .integer(1...).orNull), .required("updated_at", .time),
    ]).named("Alias")
}
