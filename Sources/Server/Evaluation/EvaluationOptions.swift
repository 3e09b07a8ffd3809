import JSON
import ModelStore
import NN

/// How a version's answers are judged: by what its training says, or its model, but for what the request says itself.
struct EvaluationOptions {
    /// Losses and metrics; of the rest what tells the rows of the training's parts.
    let options: TrainingOptions
    /// Which columns are inputs and targets.
    let selection: ColumnSelection

    /// What is of learning alone, and may not fit other metrics.
    private static let ofLearning = [
        "early_stopping", "reduce_lr_on_plateau", "class_weight", "free_running", "keep_epochs",
        "diagnostics", "keep_optimizer", "precision",
    ]
    /// What chooses columns, of which rows in a request have none.
    private static let ofColumns = ["inputs", "targets", "window", "sample_weight", "validation", "shift"]

    /// - Parameters:
    ///   - wish: What the request says.
    ///   - version: The version; nil for the initial weights.
    ///   - model: The model, whose defaults count where the version was not trained here.
    ///   - hasColumns: Whether the data has columns.
    /// - Throws: `FaultyInput` for a loss or metrics that aren't known, or no loss at all.
    init(_ wish: EvaluationWish, version: ModelVersion?, model: DefinedModel, hasColumns: Bool) throws {
        let training = try version.flatMap { try JSONDocument(parsing: $0.options).root["training"] }
        let known = training.flatMap { $0.kind == .object && $0.count > 0 ? $0 : nil } ?? model.compile
        let given = [("loss", wish.loss), ("metrics", wish.metrics)]
        let dropped =
            Self.ofLearning + given.compactMap { $1 == nil ? nil : $0 } + (hasColumns ? [] : Self.ofColumns)
        guard wish.loss != nil || known?["loss"] != nil else {
            let detail =
                "missing; version \(version?.name ?? .initial) of \"\(model.name)\" was not trained here, so that no loss is known of it"
            throw FaultyInput(Fault(pointer: "/loss", detail: detail))
        }
        var json = JSONWriter()
        json.object { json in
            for member in known?.members.map({ $0 }) ?? [] where !dropped.contains(member.key) {
                json.field(member.key, member.value)
            }
            for (key, value) in given { json.field(key, ifPresent: value) }
        }
        let request = try StoredRequest(JSONDocument(parsing: json.bytes).root)
        (options, selection) = (request.options, request.selection)
    }
}
