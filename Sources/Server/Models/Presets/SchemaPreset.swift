import Features
import JSON
import ModelStore

/// A definition that is written from a dataset's schema: `{"preset", "dataset", "target"?, "size"?}`.
///
/// What comes out are ordinary layers, which a client sees in the answer and may change and post again, and with them, as
/// `compile`, how the model is trained unless a request says otherwise.
enum SchemaPreset {
    /// The presets, by what a dataset holds.
    enum Kind: String, CaseIterable {
        /// Numbers and words.
        case table
        /// Pictures.
        case image
        /// Texts.
        case text
        /// Successive records.
        case series
        /// Recordings.
        case sound
        /// A text to go on from.
        case generator
    }

    /// How large the network is.
    enum Size: String, CaseIterable {
        /// Fewer weights, trained faster.
        case small
        /// More weights.
        case medium
    }

    /// The definition in layers; the same where it names no such preset.
    ///
    /// - Throws: `FaultyInput` with every fault, also where the dataset has no column for the preset.
    static func expanded(_ body: JSONValue, _ store: Store) throws -> JSONValue {
        guard body.kind == .object, body["dataset"] != nil, let preset = try? body["preset"]?.string() else {
            return body
        }
        var faults = Faults()
        let request = faults.read(body) { Request(reading: &$0, preset) }
        try faults.check()
        let dataset: StoredDataset
        do {
            dataset = try store.datasets.find(request.dataset)
        } catch .notFound {
            let known = try store.datasets.names()
            throw FaultyInput(
                Fault(pointer: "/dataset", detail: Suggestion.unknown("dataset", request.dataset, known: known))
            )
        }
        let draft = try PresetDraft(request, dataset, store)
        var builder = DefinitionBuilder(name: request.name, seed: request.seed)
        switch request.kind {
        case .table: try TablePreset.build(draft, &builder)
        case .image: try ImagePreset.build(draft, &builder)
        case .text: try TextPreset.build(draft, &builder)
        case .series: try SeriesPreset.build(draft, &builder)
        case .sound: try SoundPreset.build(draft, &builder)
        case .generator: try GeneratorPreset.build(draft, &builder, store)
        }
        return try JSONDocument(parsing: builder.bytes).root
    }

    /// What a client asks for.
    struct Request {
        let kind: Kind
        let name: String
        let dataset: String
        let target: String?
        let size: Size
        let seed: Int
        /// How many records a window of a series has.
        let steps: Int?
        /// How many records behind a window its targets lie.
        let horizons: [Int]?
        /// The columns that group and order a series.
        let group: String?
        let order: String?

        init(reading reader: inout ObjectReader, _ preset: String) {
            kind = reader.choice("preset", Kind.self)
            name = reader.string("name")
            dataset = reader.string("dataset")
            target = reader.optionalString("target")
            size = reader.choice("size", default: .small)
            seed = reader.int("seed", in: 0...JSONValue.exactIntegers.upperBound, default: 0)
            let window = reader.optionalObject("window") { ColumnSelection.Window(reading: &$0) }
            (steps, horizons) = (window?.steps, window?.horizons)
            (group, order) = (window?.group, window?.order)
            if window != nil, kind != .series { reader.fault(at: "window", "goes with the preset \"series\"") }
        }
    }
}

/// What a preset knows: the request, the dataset's columns, and what is to be learned.
struct PresetDraft {
    let request: SchemaPreset.Request
    let schema: DatasetSchema
    let dataset: StoredDataset
    /// The column to predict.
    let target: ColumnFacts
    /// How many classes the target has; nil for values.
    let classes: Int?

    /// Whether the network is the small one.
    var isSmall: Bool { request.size == .small }

    init(_ request: SchemaPreset.Request, _ dataset: StoredDataset, _ store: Store) throws {
        (self.request, self.dataset) = (request, dataset)
        schema = DatasetSchema(of: dataset)
        let names = schema.columns.map(\.name)
        let usual =
            request.kind == .generator
            ? (schema.columns.first { $0.type == .text } ?? schema.columns.first { $0.type == .category })?.name
            : names.contains("label") ? "label" : schema.defaults.targets.first
        let target = request.target ?? usual
        guard let target else {
            throw FaultyInput(
                Fault(
                    pointer: "/target",
                    detail: "missing; expected the column to predict, one of \(names.joined(separator: ", "))"
                )
            )
        }
        guard let column = schema.column(target) else {
            throw FaultyInput(Fault(pointer: "/target", detail: Suggestion.unknown("column", target, known: names)))
        }
        self.target = column
        if request.kind != .series, request.kind != .generator, let classes = Self.classes(dataset, schema, target) {
            self.classes = classes
            return
        }
        guard request.kind != .series, request.kind != .generator, let columns = try DatasetColumns(dataset, in: store),
            let place = columns.source.columns.firstIndex(where: { $0.name == target })
        else {
            classes = nil
            return
        }
        classes = try TargetFinder(source: columns.source, horizons: nil).target(of: [place]).stored.classes
        if let classes, classes < 2 {
            let found = classes == 0 ? "no value" : "one class alone"
            let detail =
                "the column \"\(target)\" has \(found), and a network tells two or more apart; name another column"
            throw FaultyInput(Fault(pointer: "/target", detail: detail))
        }
    }

    /// How many classes the upload found in the target of rows of numbers, whose own columns don't tell.
    private static func classes(_ dataset: StoredDataset, _ schema: DatasetSchema, _ target: String) -> Int? {
        guard dataset.form == .rows, schema.defaults.targets == [target],
            let found = try? JSONDocument(parsing: Array(dataset.target.utf8)).root["classes"]?.int(), found > 1
        else { return nil }
        return found
    }

    /// The columns that something can be learned from.
    var features: [ColumnFacts] {
        schema.columns.filter { $0.name != target.name && !$0.isIdentifier && !$0.isSplit && $0.distinct != 1 }
    }

    /// The one column of a type; the one that is asked for by name is the target.
    func only(_ type: ColumnType) throws -> ColumnFacts {
        guard let found = schema.columns.first(where: { $0.type == type && $0.name != target.name }) else {
            let detail =
                "the dataset \"\(dataset.name)\" has no column of type \(type.rawValue); its columns are "
                + schema.columns.map { "\"\($0.name)\" (\($0.type.rawValue))" }.joined(separator: ", ")
            throw FaultyInput(Fault(pointer: "/dataset", detail: detail))
        }
        return found
    }

    /// Writes an optimizer whose step size falls along half a cosine over so many epochs of the training rows, and how
    /// many rows a batch and epochs there are.
    ///
    /// What is learned in the last epochs, by small steps, is what is kept: figures vary less from seed to seed.
    func writeTraining(_ optimizer: String, rate: Double, batchSize: Int, epochs: Int, to json: inout JSONWriter) {
        // Where the upload named no parts, a fifth of the rows tests.
        let isSplit = dataset.testRows + dataset.validationRows > 0
        let rows = isSplit ? dataset.rows : dataset.rows - dataset.rows / 5
        json.key("optimizer")
        json.object { json in
            json.field("type", optimizer)
            json.key("learning_rate")
            json.object { json in
                json.field("type", "CosineDecay")
                json.field("initial_learning_rate", rate)
                json.field("decay_steps", epochs * max(1, (rows + batchSize - 1) / batchSize))
                json.field("alpha", 0.01)
            }
        }
        json.field("batch_size", batchSize)
        json.field("epochs", epochs)
    }

    /// Adds the layer that gives the answer, and how it is learned.
    ///
    /// The values of a target are brought near 1 by the mean and the deviation that they have in the dataset, so that the
    /// network learns what its weights are made for.
    func addHead(to builder: inout DefinitionBuilder, values: Int = 1) {
        if let classes {
            builder.add("Dense", name: "answer") { json in
                json.field("units", classes)
                json.field("activation", "softmax")
            }
            builder.compile = { json in
                json.field("loss", "sparse_categorical_crossentropy")
                json.field("metrics", ["accuracy"])
            }
        } else {
            builder.add("Dense") { json in json.field("units", values) }
            builder.add("Rescaling", name: "answer") { json in
                json.field("scale", max(target.deviation ?? 1, 1e-6))
                json.field("offset", target.mean ?? 0)
            }
            builder.compile = { json in
                json.field("loss", "mean_absolute_error")
                json.field("metrics", ["mean_absolute_error"])
            }
        }
    }
}
