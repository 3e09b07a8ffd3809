internal import JSON

/// A version as the command line has it, a number, an alias or a kept epoch.
enum VersionName {
    /// Writes a number as a number, and anything else as a string.
    static func write(_ text: String, to json: inout JSONWriter) {
        if let number = Int(text) { json.write(number) } else { json.write(text) }
    }
}
