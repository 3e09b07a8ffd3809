import JSON
import ModelStore
import NN

/// What a client wants trained, as far as the body alone can tell.
struct TrainingRequest: Sendable {
    /// The model's name.
    let model: String
    /// Where the data is; nil where the body doesn't say it right, which is one of the faults.
    let source: Source?
    /// Rows to validate with, in the form of inline data; nil for none.
    let validation: JSONValue?
    /// The stored weights to continue from; nil for the initial ones.
    let initialVersion: VersionReference?
    /// Jobs of a higher priority run first.
    let priority: Int
    /// Which columns of a stored dataset are learned from, and how rows are made of them.
    let selection: ColumnSelection
    /// How many epochs are kept as versions of the job; nil for none.
    let keeping: KeptCount?
    /// Whether the norms of each epoch's last step are taken down.
    let takesNorms: Bool
    /// Whether the version that it makes keeps what the optimizer remembers.
    let keepsOptimizer: Bool
    /// How many ranks train it.
    let ranks: RankWish
    /// How to train; nil where there is no loss, which is one of the faults.
    let options: TrainingOptions?
    /// What is wrong so far.
    let faults: Faults
    /// The epoch behind which it goes on, where it isn't a client's own request; then what came with the origin is taken too.
    var fork: KeptEpoch?

    /// What a priority may be.
    static let priorities = -1000...1000
    /// The priority of a request that names none.
    static let standardPriority = 0
    /// Whether norms are taken down where a request doesn't say it.
    static let standardDiagnostics = false
    /// Whether a version keeps an optimizer's state where a request doesn't say it.
    static let standardKeepsOptimizer = false

    /// Where the data is.
    enum Source: Sendable {
        /// A stored dataset.
        case dataset(String)
        /// `{"x": […], "y": […]}` in the body.
        case inline(JSONValue)

        /// What a client should know of how its numbers were taken.
        var notes: [String] {
            switch self {
            case .dataset: []
            case .inline(let data): RoundedIntegers(in: data).notes
            }
        }

        /// The pointer of what holds the inputs.
        var pointer: String {
            switch self {
            case .dataset: "/dataset"
            case .inline: "/data/x"
            }
        }

        /// The records or columns that stand in place of a dataset.
        ///
        /// - Parameter model: What takes them; one over raw inputs takes columns of any name, `x` and `y` too.
        /// - Returns: The records or columns; nil for rows, or a dataset.
        func inlineTable(for model: DefinedModel) -> JSONValue? {
            guard case .inline(let data) = self else { return nil }
            if model.front != nil { return data }
            let isTable =
                data.kind == .array
                ? data.elements.contains { $0.kind == .object }
                : data["x"] == nil && data["y"] == nil && data.members.contains { $0.value.kind == .array }
            return isTable ? data : nil
        }
    }

    /// The records or columns that the body has in place of a dataset.
    ///
    /// - Parameter model: What learns; one over raw inputs takes columns of any name, `x` and `y` too.
    /// - Returns: The records or columns; nil where the body has rows, or names a dataset.
    func inlineTable(for model: DefinedModel) -> JSONValue? { source?.inlineTable(for: model) }

    /// Reads a body; what is wrong with it goes to `faults`.
    init(_ body: JSONValue) {
        var reader = ObjectReader(body)
        model = reader.string("model")
        let dataset = reader.optionalString("dataset")
        let data = reader.optionalValue("data").flatMap { $0.isNull ? nil : $0 }
        switch (dataset, data) {
        case (let dataset?, nil): source = .dataset(dataset)
        case (nil, let data?): source = .inline(data)
        case (nil, nil):
            source = nil
            if reader.object != nil, !reader.has("dataset") {
                reader.fault(at: "dataset", "missing; expected a dataset's name, or \"data\"")
            }
        case (_?, _?):
            source = nil
            reader.fault(at: "data", "does not go with \"dataset\"; send one of the two")
        }
        validation = reader.optionalValue("validation_data")
        initialVersion = reader.optionalVersion("initial_version")
        priority = reader.int("priority", in: Self.priorities, default: Self.standardPriority)
        options = TrainingOptions(reading: &reader)
        selection = ColumnSelection(reading: &reader)
        keeping = reader.keptCount()
        takesNorms = reader.diagnostics()
        keepsOptimizer = reader.keepsOptimizer()
        ranks = RankWish(of: &reader)
        if validation != nil {
            if case .dataset = source {
                reader.fault(
                    at: "validation_data",
                    "goes with \"data\"; of a stored dataset, validation_split holds back a share of the rows"
                )
            } else if options?.validates == true || selection.fold != nil {
                reader.fault(at: "validation_data", "does not go with validation_split, validation_rows or folds")
            }
        }
        reader.finish()
        faults = reader.faults
    }
}

extension TrainingRequest {
    /// What is kept of it with the job, once options and columns are settled.
    func stored(_ options: TrainingOptions, _ selection: ColumnSelection) -> StoredRequest {
        StoredRequest(
            options: options,
            selection: selection,
            keeping: keeping,
            takesNorms: takesNorms,
            keepsOptimizer: keepsOptimizer,
            ranks: ranks
        )
    }

    /// Reads a body, with what the model itself says where the body doesn't.
    ///
    /// - Throws: Never in fact: what is filled in is JSON.
    init(_ body: JSONValue, of model: DefinedModel) throws {
        guard let compile = model.compile else {
            self.init(body)
            return
        }
        // Data in the request has no columns for the model's own choice of them.
        let defaults = body["data"] == nil ? compile : try compile.without(["inputs", "targets", "window"])
        self.init(try body.filled(from: defaults))
    }
}

extension JSONValue {
    /// The members of this object, and those of another that it doesn't have.
    ///
    /// - Throws: Never in fact: what is written is JSON.
    func filled(from defaults: JSONValue) throws -> JSONValue {
        var json = JSONWriter()
        json.object { json in
            for member in members {
                json.key(member.key)
                json.write(member.value)
            }
            for member in defaults.members where self[member.key] == nil {
                json.key(member.key)
                json.write(member.value)
            }
        }
        return try JSONDocument(parsing: json.bytes).root
    }
}
