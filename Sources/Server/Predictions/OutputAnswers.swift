import JSON
import NN

/// The answers of one of a model's outputs to some instances.
struct OutputAnswers {
    /// The output's name.
    let name: String
    /// How many instances there were.
    let rows: Int
    /// The shape of one answer.
    let shape: Shape
    /// The answers, row after row.
    let values: [Float]
    /// The classes that they name; nil where the output is no classifier's.
    let classes: PredictedClasses?
    /// The words of the classes, where the data had words.
    let labels: [String]?
    /// The function that ends the output.
    let activation: ActivationKind
    /// The function that the model learned to apply to linear answers; nil for none.
    let logitsActivation: ActivationKind?

    init(
        _ output: NetworkOutput,
        rows: Int,
        _ values: [Float],
        _ labels: [String]?,
        logitsActivation: ActivationKind?
    ) {
        name = output.name
        self.rows = rows
        shape = output.shape
        self.values = values
        classes = PredictedClasses(
            values,
            shape: output.shape,
            activation: output.activation,
            logitsActivation: logitsActivation
        )
        self.labels = labels
        activation = output.activation
        self.logitsActivation = logitsActivation
    }

    /// Writes `predictions`, and `classes` and `labels` where there are any, as fields of the object being written.
    func write(to json: inout JSONWriter) {
        json.key("predictions")
        values.withUnsafeBufferPointer { json.write($0, shape: [rows] + shape.extents) }
        guard let classes else { return }
        json.key("classes")
        classes.write(to: &json) { json, index in json.write(index) }
        guard labels != nil else { return }
        json.key("labels")
        classes.write(to: &json, writeLabel)
    }

    /// Writes the answer to one instance.
    fileprivate func writeAnswer(_ row: Int, to json: inout JSONWriter) {
        let volume = shape.volume
        values.withUnsafeBufferPointer { values in
            let own = UnsafeBufferPointer(rebasing: values[row * volume..<(row + 1) * volume])
            json.write(own, shape: shape.extents)
        }
    }

    /// Writes the word of a class, null where it has none.
    fileprivate func writeLabel(_ json: inout JSONWriter, _ index: Int) {
        if let labels, labels.indices.contains(index) { json.write(labels[index]) } else { json.null() }
    }
}

extension [OutputAnswers] {
    /// Writes `predictions`, and `classes` and `labels` where there are any: an object by output name for each instance.
    func write(rows: Int, to json: inout JSONWriter) {
        write("predictions", self, rows: rows, to: &json) { output, row, json in output.writeAnswer(row, to: &json) }
        let classifiers = filter { $0.classes != nil }
        guard !classifiers.isEmpty else { return }
        write("classes", classifiers, rows: rows, to: &json) { output, row, json in
            output.classes?.write(row: row, to: &json) { json, index in json.write(index) }
        }
        let worded = classifiers.filter { $0.labels != nil }
        guard !worded.isEmpty else { return }
        write("labels", worded, rows: rows, to: &json) { output, row, json in
            output.classes?.write(row: row, to: &json, output.writeLabel)
        }
    }

    private func write(
        _ key: String,
        _ outputs: [OutputAnswers],
        rows: Int,
        to json: inout JSONWriter,
        _ write: (OutputAnswers, Int, inout JSONWriter) -> Void
    ) {
        json.key(key)
        json.array { json in
            for row in 0..<rows {
                json.object { json in
                    for output in outputs {
                        json.key(output.name)
                        write(output, row, &json)
                    }
                }
            }
        }
    }
}

extension [[OutputAnswers]] {
    /// Writes `predictions`, and `classes` and `labels` where there are any, of instances whose answers differ in size: one
    /// answer each, or an object of them by output.
    func write(to json: inout JSONWriter) {
        write("predictions", to: &json) { _ in
            true
        } _: { output, json in
            output.writeAnswer(0, to: &json)
        }
        write("classes", to: &json) {
            $0.classes != nil
        } _: { output, json in
            output.classes?.write(row: 0, to: &json) { json, index in json.write(index) }
        }
        write("labels", to: &json) {
            $0.classes != nil && $0.labels != nil
        } _: { output, json in
            output.classes?.write(row: 0, to: &json, output.writeLabel)
        }
    }

    private func write(
        _ key: String,
        to json: inout JSONWriter,
        _ isWritten: (OutputAnswers) -> Bool,
        _ write: (OutputAnswers, inout JSONWriter) -> Void
    ) {
        guard contains(where: { $0.contains(where: isWritten) }) else { return }
        json.key(key)
        json.array { json in
            for outputs in self {
                guard outputs.count > 1 else {
                    write(outputs[0], &json)
                    continue
                }
                json.object { json in
                    for output in outputs where isWritten(output) {
                        json.key(output.name)
                        write(output, &json)
                    }
                }
            }
        }
    }
}
