import Features
import JSON
import ModelStore

/// A series: a recurrent layer over standardized records, whose answer is added to the last value of what is foretold.
///
/// A network that adds what it has learned to the last value does better than one that must learn the level, where the
/// next value is close to the last.
enum SeriesPreset {
    static func build(_ draft: PresetDraft, _ builder: inout DefinitionBuilder) throws {
        guard draft.target.type == .number || draft.target.type == .integer else {
            let detail = "a series foretells numbers, and \"\(draft.target.name)\" is \(draft.target.type.rawValue)"
            throw FaultyInput(Fault(pointer: "/target", detail: detail))
        }
        let request = draft.request
        let steps = request.steps ?? draft.schema.defaults.series?.window ?? 24
        let horizons = request.horizons ?? draft.schema.defaults.series.map { Array(1...$0.horizon) } ?? [1]
        let others = draft.features.filter { column in
            [.number, .integer].contains(column.type) && column.name != request.group && column.name != request.order
                && (column.missing ?? 0) * 2 < draft.dataset.rows && !isCalendar(column)
        }
        // The column that is foretold comes first, so that its last value is easily found.
        let columns = [draft.target.name] + others.map(\.name)
        builder.add("InputLayer", name: "history") { json in
            json.field("shape", [steps, columns.count])
            json.field("dtype", "float32")
        }
        builder.add("Imputation", name: "filled", inputs: ["history"]) { json in json.field("strategy", "mean") }
        builder.add("Normalization", name: "standard", inputs: ["filled"]) { json in json.field("axis", -1) }
        builder.add("GRU", inputs: ["standard"]) { json in json.field("units", draft.isSmall ? 32 : 64) }
        builder.add("Dense") { json in json.field("units", horizons.count) }
        builder.add("Rescaling", name: "change") { json in
            json.field("scale", 0.2 * max(draft.target.deviation ?? 1, 1e-6))
        }
        // The last value of the first column, for each horizon.
        builder.add("Reshape", name: "plane", inputs: ["filled"]) { json in
            json.field("target_shape", [steps, columns.count, 1])
        }
        builder.add("Cropping2D") { json in json.field("cropping", [[steps - 1, 0], [0, columns.count - 1]]) }
        builder.add("Flatten", name: "last")
        if horizons.count > 1 {
            builder.add("RepeatVector") { json in json.field("n", horizons.count) }
            builder.add("Flatten", name: "level")
        }
        builder.add("Add", name: "answer", inputs: ["change", horizons.count > 1 ? "level" : "last"])
        builder.compile = { json in
            json.field("loss", "mean_absolute_error")
            json.field("metrics", ["mean_absolute_error"])
        }
        builder.training = { json in
            // About a thousand steps: fewer epochs of a long series, whose next value many windows foretell alike.
            let batchSize = 128
            let epochs = min(max(1000 * batchSize / max(draft.dataset.rows, 1), 5), 20)
            draft.writeTraining("Adam", rate: 0.002, batchSize: batchSize, epochs: epochs, to: &json)
            json.field("inputs", columns)
            json.field("targets", draft.target.name)
            json.key("window")
            json.object { json in
                json.field("steps", steps)
                json.field("horizon", horizons)
                json.field("group_by", ifPresent: request.group)
                json.field("order_by", ifPresent: request.order)
            }
        }
    }

    /// Whether a column says the year or the month: what is foretold lies in others than those learned from.
    private static func isCalendar(_ column: ColumnFacts) -> Bool {
        ["year", "month"].contains(column.name.lowercased())
    }
}
