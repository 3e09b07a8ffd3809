/// The media types of files by their names' extensions.
enum MediaType {
    /// That of a dataset's file; one that the server finds out by the first bytes where the name doesn't tell.
    static func ofUpload(_ pathExtension: String) -> String {
        switch pathExtension {
        case "csv": "text/csv"
        case "tsv", "tab": "text/tab-separated-values"
        case "json": "application/json"
        case "ndjson", "jsonl": "application/x-ndjson"
        case "npz": "application/x-npz"
        case "npy": "application/x-npy"
        case "zip": "application/zip"
        case "txt": "text/plain"
        case "gz": "application/gzip"
        default: "application/octet-stream"
        }
    }
}
