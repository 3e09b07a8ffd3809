import JSON
import NN

/// A model's answers to some instances.
struct Prediction: Sendable {
    /// The model's name.
    let model: String
    /// The version that answered.
    let version: Int
    /// How many instances there were.
    let rows: Int
    /// The shape of one answer.
    let shape: Shape
    /// The answers, row after row.
    let values: [Float]
    /// The function that ends the network.
    let activation: ActivationKind
    /// The words of the classes, where the data had words.
    let labels: [String]?
}

extension Prediction: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("model", model)
            json.field("version", version)
            json.key("predictions")
            values.withUnsafeBufferPointer { json.write($0, shape: [rows] + shape.extents) }
            if let classes = PredictedClasses(self) {
                json.key("classes")
                classes.write(to: &json) { json, index in json.write(index) }
                if let labels {
                    json.key("labels")
                    classes.write(to: &json) { json, index in
                        if labels.indices.contains(index) { json.write(labels[index]) } else { json.null() }
                    }
                }
            }
            if !values.allSatisfy(\.isFinite) { json.field("non_finite", true) }
        }
    }
}
