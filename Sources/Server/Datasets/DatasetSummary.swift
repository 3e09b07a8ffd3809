import Features
import JSON
import ModelStore

/// What clients see of a dataset.
struct DatasetSummary: JSONWritable {
    /// How many rows each part has.
    struct Counts: JSONWritable {
        let rows: Int
        let validationRows: Int
        let testRows: Int

        init(rows: Int, validationRows: Int, testRows: Int) {
            (self.rows, self.validationRows, self.testRows) = (rows, validationRows, testRows)
        }

        /// Counts the rows of each part.
        init(_ parts: [DatasetPart]) {
            rows = parts.count { $0 == .train }
            validationRows = parts.count { $0 == .validation }
            testRows = parts.count { $0 == .test }
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("train", rows)
                json.field("validation", validationRows)
                json.field("test", testRows)
            }
        }
    }

    private let dataset: StoredDataset
    private let schema: DatasetSchema
    private let format: String?
    private let notes: [String]

    /// What clients see of a stored dataset.
    ///
    /// - Parameters:
    ///   - dataset: The dataset.
    ///   - format: What was recognised of an upload's text, where that isn't stored.
    ///   - notes: What was decided of an upload where it was doubtful, a sentence each, where that isn't stored.
    init(dataset: StoredDataset, format: TableFormat? = nil, notes: [String] = []) {
        self.dataset = dataset
        schema = DatasetSchema(of: dataset)
        self.format = schema.format ?? format.map(\.jsonText)
        self.notes = schema.notes.isEmpty ? notes : schema.notes
    }

    /// The SHA-256 of what is stored, by which conditions tell one dataset of a name from another.
    var sha256: String { dataset.sha256 }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", dataset.name)
            json.field("kind", dataset.kind)
            json.field("rows", dataset.rows)
            json.field("test_rows", dataset.testRows)
            let counts = Counts(
                rows: dataset.rows,
                validationRows: dataset.validationRows,
                testRows: dataset.testRows
            )
            json.field("parts", schema.namesParts ? counts : nil)
            json.field("input_shape", dataset.inputShape)
            json.field("target", StoredJSON(text: dataset.target))
            json.field("columns", schema.columns)
            json.field("defaults", schema.defaults)
            json.field("bytes", dataset.bytes)
            json.field("sha256", dataset.sha256)
            json.field("built_in", dataset.isBuiltIn)
            json.field("created_at", dataset.createdAt.description)
            json.field("format", ifPresent: format.map(StoredJSON.init(text:)))
            if !notes.isEmpty { json.field("notes", notes) }
        }
    }
}

/// What clients would see of an upload if it were stored, with its first rows.
struct DatasetPreview: JSONWritable {
    let name: String
    let counts: DatasetSummary.Counts
    let description: DatasetDescription
    let schema: DatasetSchema?
    var format: TableFormat?
    var notes: [String] = []
    let firstRows: [RowDocument]

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("kind", description.kind)
            json.field("rows", counts.rows)
            json.field("test_rows", counts.testRows)
            json.field("parts", schema?.namesParts == true ? counts : nil)
            json.field("input_shape", description.inputShape)
            json.field("target", StoredJSON(text: description.target))
            json.field("columns", schema?.columns ?? [])
            json.field("defaults", ifPresent: schema?.defaults)
            json.field("format", ifPresent: (schema?.format ?? format.map(\.jsonText)).map(StoredJSON.init(text:)))
            let notes = schema?.notes ?? notes
            if !notes.isEmpty { json.field("notes", notes) }
            json.field("first_rows", firstRows)
        }
    }
}
