import JSON
import ModelStore
import NN

/// A model's answers to some instances.
struct Prediction: Sendable {
    /// The model's name.
    let model: String
    /// The version that answered.
    let version: VersionName
    /// How many instances there were.
    let rows: Int
    /// What the model gives, one output or several.
    let outputs: [NetworkOutput]
    /// The answers, row after row; of several outputs a row holds one after the other.
    let values: [Float]
    /// The words of the classes, where the data had words.
    let labels: ClassLabels?
    /// The function that each output's loss applied to logits; nil for an output of none.
    let logitsActivations: [ActivationKind?]
    /// How many of the best classes are told; nil for none.
    var top: Int?
    /// How labels are read out of the results; nil for not at all.
    var decoding: LabelDecoding?
    /// What the client should know of how its numbers were taken.
    let notes: [String]
    /// The shapes of each row's answers, where these differ in size; nil where all are as the outputs say.
    var rowShapes: [[Shape]]?

    /// Each row's answers by itself.
    var rowPredictions: [Prediction] {
        guard let rowShapes else { return [self] }
        var begin = 0
        return rowShapes.map { shapes in
            let end = begin + shapes.reduce(0) { $0 + $1.volume }
            defer { begin = end }
            return Prediction(
                model: model,
                version: version,
                rows: 1,
                outputs: zip(outputs, shapes).map { $0.sized($1) },
                values: Array(values[begin..<end]),
                labels: labels,
                logitsActivations: logitsActivations,
                top: top,
                decoding: decoding,
                notes: []
            )
        }
    }

    /// The answers of each output.
    var answers: [OutputAnswers] {
        guard outputs.count > 1 else {
            let words = labels?.words(of: outputs[0].name)
            return [OutputAnswers(outputs[0], rows: rows, values, words, logitsActivation: logitsActivations[0])]
        }
        let width = outputs.reduce(0) { $0 + $1.shape.volume }
        var begin = 0
        return zip(outputs, logitsActivations).map { output, logitsActivation in
            let range = begin..<begin + output.shape.volume
            begin = range.upperBound
            var own: [Float] = []
            own.reserveCapacity(rows * range.count)
            for row in 0..<rows { own += values[row * width + range.lowerBound..<row * width + range.upperBound] }
            let words = labels?.words(of: output.name)
            return OutputAnswers(output, rows: rows, own, words, logitsActivation: logitsActivation)
        }
    }
}

extension Prediction: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("model", model)
            json.field("version", version)
            let parts = rowPredictions
            let answers = parts.map(\.answers)
            if answers.count == 1, answers[0].count == 1 {
                answers[0][0].write(to: &json)
            } else if answers.count == 1 {
                answers[0].write(rows: rows, to: &json)
            } else {
                answers.write(to: &json)
            }
            if let top { answers.writeTop(top, to: &json) }
            if let decoding {
                let words = labels?.words(of: outputs[0].name)
                json.key("decoded")
                json.array { json in
                    for part in parts {
                        for row in decoding.labels(of: part.outputs[0], part.values) {
                            json.write(row.map { DecodedLabels(labelling: $0, words: words) })
                        }
                    }
                }
            }
            if !values.allSatisfy(\.isFinite) { json.field("non_finite", true) }
            if !notes.isEmpty { json.field("notes", notes) }
        }
    }
}
