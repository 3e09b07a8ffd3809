import JSON

/// Which Keras wrote the model that is being read: some names changed their meaning from Keras 2 to 3.
enum KerasVersion {
    /// Whether it was Keras 2, or an older one.
    @TaskLocal static var isSecond = false

    /// What Keras 3 writes, and Keras 2 didn't write without its version.
    private static let marks = ["module", "registered_name", "build_config", "compile_config"]

    /// Whether Keras 2 wrote a model: its `keras_version` says so, or it has neither that nor any mark of Keras 3.
    static func wroteSecond(_ model: JSONValue) -> Bool {
        if let version = try? model["keras_version"]?.string() {
            return version.hasPrefix("2.") || version.hasPrefix("1.")
        }
        let layers = model["config"].map { Array(($0["layers"] ?? $0).elements) } ?? []
        return ([model] + layers).allSatisfy { value in marks.allSatisfy { value[$0] == nil } }
    }
}
