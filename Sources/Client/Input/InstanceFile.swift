internal import JSON

/// Instances to predict, as a file has them: a JSON array, JSON values a line (NDJSON), or a table.
enum InstanceFile {
    /// Instances, each with its line in the file.
    case instances(Instances)
    /// A table, and its media type.
    case table([UInt8], type: String, NamedFile)

    /// Reads a file: of the form that its name says, else of the one that its bytes show.
    init(_ file: InputFile) throws(Failure) {
        let bytes = try file.contents()
        let label = file.label
        switch file.pathExtension {
        case "csv", "tsv", "tab":
            self = .table(bytes, type: MediaType.ofUpload(file.pathExtension), NamedFile(label: label))
        case "ndjson", "jsonl": self = .instances(try Instances(lines: bytes, label: label))
        case "json": self = .instances(try Instances(whole: bytes, label: label))
        default: self = try Self.recognised(bytes, label: label)
        }
    }

    private static func recognised(_ bytes: [UInt8], label: String) throws(Failure) -> InstanceFile {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        switch first {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            if let whole = try? Instances(whole: bytes, label: label) { return .instances(whole) }
            return .instances(try Instances(lines: bytes, label: label))
        case UInt8(ascii: "\""):
            // Texts a line, unless they are the names of a table's columns.
            if let lines = try? Instances(lines: bytes, label: label) { return .instances(lines) }
        default: break
        }
        return .table(bytes, type: "text/csv", NamedFile(label: label))
    }
}
