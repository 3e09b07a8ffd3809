import Features
import JSON
import ModelStore

/// What is known of a dataset's columns, as it is stored with the dataset: what each is, and what a job uses unless told.
struct DatasetSchema: Sendable {
    /// What a job takes where it names nothing else.
    struct Defaults: Sendable, Equatable {
        /// The columns that are inputs.
        var inputs: [String] = []
        /// The columns to predict; none for a single column, such as a text.
        var targets: [String] = []
        /// What makes windows of the rows, where the upload said so.
        var series: ImportOptions.Series?
        /// What the targets are, where the upload said so.
        var targetKind: TargetSummary.Kind?
    }

    /// The columns, in the upload's order.
    var columns: [ColumnFacts]
    /// Whether the upload said which rows are for what.
    var namesParts: Bool
    /// What was recognised of a table's text, as JSON.
    var format: String?
    /// What was decided where it was doubtful, a sentence each.
    var notes: [String]
    /// What a job takes where it names nothing else.
    var defaults: Defaults

    init(
        columns: [ColumnFacts],
        namesParts: Bool,
        format: TableFormat? = nil,
        notes: [String] = [],
        defaults: Defaults
    ) {
        (self.columns, self.namesParts, self.notes, self.defaults) = (columns, namesParts, notes, defaults)
        self.format = format.map(\.jsonText)
    }

    /// What is known of a stored dataset: its schema, or for what was stored without one what its row says.
    init(of dataset: StoredDataset) {
        if let text = dataset.schema, let document = try? JSONDocument(parsing: Array(text.utf8)) {
            self.init(document.root)
        } else {
            self.init(row: dataset)
        }
    }

    private init(_ json: JSONValue) {
        func names(_ name: String) -> [String] {
            json["defaults"]?[name]?.elements.compactMap { try? $0.string() } ?? []
        }
        columns = json["columns"]?.elements.compactMap { ColumnFacts($0) } ?? []
        namesParts = (try? json["names_parts"]?.bool()) ?? false
        notes = json["notes"]?.elements.compactMap { try? $0.string() } ?? []
        defaults = Defaults(inputs: names("inputs"), targets: names("targets"))
        if let format = json["format"] {
            var writer = JSONWriter()
            writer.write(format)
            self.format = writer.text
        }
        if let window = json["defaults"]?["window"], let steps = try? window["steps"]?.int() {
            defaults.series = ImportOptions.Series(
                window: steps,
                horizon: (try? window["horizon"]?.int()) ?? ImportOptions.Series.standardHorizon,
                stride: (try? window["stride"]?.int()) ?? ImportOptions.Series.standardStride
            )
        }
        defaults.targetKind = (try? json["defaults"]?["target_kind"]?.string())
            .flatMap(TargetSummary.Kind.init(rawValue:))
    }

    /// The columns of a dataset that was stored before columns had types: its inputs are numbers, by their names or as one
    /// array `x`, and its targets are called `y`.
    private init(row dataset: StoredDataset) {
        (namesParts, notes) = (dataset.testRows > 0, [])
        let target = try? JSONDocument(parsing: Array(dataset.target.utf8)).root
        let labels = target?["labels"]?.elements.compactMap { try? $0.string() }
        let names = dataset.columns.flatMap { try? JSONDocument(parsing: Array($0.utf8)).root }?.elements
            .compactMap { try? $0.string() }
        var inputs: [ColumnFacts]
        if let names, names.count == dataset.inputShape.last, dataset.inputShape.count <= 2 {
            inputs = names.map { ColumnFacts(name: $0, type: .number) }
            if dataset.inputShape.count == 2 {
                // Each row is a window.
                for index in inputs.indices {
                    (inputs[index].type, inputs[index].shape) = (.array, [dataset.inputShape[0]])
                }
            }
        } else {
            inputs = [ColumnFacts(name: "x", type: .array)]
            inputs[0].shape = dataset.inputShape
        }
        // A series predicts what it sees, or further columns, whose names are not known.
        let isClass = (try? target?["kind"]?.string()) == TargetSummary.Kind.class.rawValue
        let isOne = dataset.targetShape.allSatisfy { $0 == 1 }
        var name = "y"
        while inputs.contains(where: { $0.name == name }) { name += "_" }
        var output = ColumnFacts(
            name: name,
            type: labels?.isEmpty == false ? .category : isClass ? .integer : isOne ? .number : .array
        )
        if output.type == .array { output.shape = dataset.targetShape }
        output.distinct = try? target?["classes"]?.int()
        columns = inputs + [output]
        defaults = Defaults(inputs: inputs.map(\.name), targets: [name])
    }

    /// The column of a name, told byte for byte.
    func column(_ name: String) -> ColumnFacts? {
        columns.first { $0.name.utf8.elementsEqual(name.utf8) }
    }
}

extension DatasetSchema: JSONWritable {
    /// Writes what is stored: `{"columns", "names_parts", "format"?, "notes", "defaults": {"inputs", "targets", "window"?,
    /// "target_kind"?}}`.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("columns", columns)
            json.field("names_parts", namesParts)
            json.field("format", ifPresent: format.map(StoredJSON.init(text:)))
            json.field("notes", notes)
            json.field("defaults", defaults)
        }
    }
}

extension DatasetSchema.Defaults: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("inputs", inputs)
            json.field("targets", targets)
            if let series {
                json.key("window")
                json.object { json in
                    json.field("steps", series.window)
                    json.field("horizon", series.horizon)
                    json.field("stride", series.stride)
                }
            }
            json.field("target_kind", ifPresent: targetKind?.rawValue)
        }
    }
}
