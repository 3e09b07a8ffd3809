import Features
import JSON
import ModelStore

/// What clients see of a dataset.
struct DatasetSummary: JSONWritable {
    let dataset: StoredDataset
    /// What was recognised of an upload's text; nil but in the answer to the upload of a table.
    var format: TableFormat?
    /// What was decided of an upload where it was doubtful, a sentence each.
    var notes: [String] = []

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", dataset.name)
            json.field("kind", dataset.kind)
            json.field("rows", dataset.rows)
            json.field("test_rows", dataset.testRows)
            json.field("input_shape", dataset.inputShape)
            json.field("target", StoredJSON(text: dataset.target))
            json.field("columns", ifPresent: dataset.columns.map(StoredJSON.init))
            json.field("bytes", dataset.bytes)
            json.field("sha256", dataset.sha256)
            json.field("built_in", dataset.isBuiltIn)
            json.field("created_at", dataset.createdAt.description)
            json.field("format", ifPresent: format)
            if !notes.isEmpty { json.field("notes", notes) }
        }
    }
}
