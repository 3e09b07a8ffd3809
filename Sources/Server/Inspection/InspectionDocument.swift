import JSON
import ModelStore
import NN

/// A view's answer as clients see it.
struct InspectionDocument: Sendable, JSONWritable {
    let model: String
    let version: VersionName
    let view: String
    /// The row's prediction; nil where there is no row.
    let prediction: Prediction?
    /// The row of a dataset; nil for none.
    let row: RowReference?
    /// Its target; nil where it isn't known.
    let target: RowTarget?
    let answer: InspectionAnswer
    /// Whether arrays have numbers beside their statistics.
    let hasValues: Bool

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("model", model)
            json.field("version", version)
            json.field("view", view)
            if let prediction { Self.write(prediction, to: &json) }
            if let row {
                json.key("row")
                json.object { json in
                    row.writeFields(to: &json)
                    json.field("target", ifPresent: target)
                    json.field("label", ifPresent: target?.label)
                }
            }
            json.field("cost", answer.cost)
            for (name, value) in answer.members {
                json.key(name)
                switch value {
                case .plain(let value): value.write(to: &json)
                case .arrayed(let value): value.write(to: &json, hasValues: hasValues)
                }
            }
        }
    }

    /// Writes the one element of what `POST /predict` answers.
    private static func write(_ prediction: Prediction, to json: inout JSONWriter) {
        guard let whole = try? JSONDocument(parsing: prediction.jsonBytes).root else { return }
        for (name, list) in [("prediction", "predictions"), ("class", "classes"), ("label", "labels")] {
            if let element = whole[list]?[0] { json.field(name, element) }
        }
        if let notes = whole["notes"] { json.field("notes", notes) }
    }
}
