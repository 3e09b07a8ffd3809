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
            let answers = self.answers
            if answers.count == 1 {
                answers[0].write(to: &json)
            } else {
                answers.write(rows: rows, to: &json)
            }
            if let top { answers.writeTop(top, rows: rows, to: &json) }
            if let decoding {
                let words = labels?.words(of: outputs[0].name)
                json.key("decoded")
                json.array { json in
                    for row in decoding.labels(of: outputs[0], values) {
                        json.write(row.map { DecodedLabels(labelling: $0, words: words) })
                    }
                }
            }
            if !values.allSatisfy(\.isFinite) { json.field("non_finite", true) }
            if !notes.isEmpty { json.field("notes", notes) }
        }
    }
}
