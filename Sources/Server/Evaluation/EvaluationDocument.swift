import JSON
import ModelStore
import NN

/// What clients see of an evaluation.
struct EvaluationDocument: JSONWritable, Sendable {
    /// What was evaluated, and on what.
    let subject: EvaluatedVersion
    /// How many rows there were.
    let rows: Int
    /// The loss and the metrics.
    let measurements: [Measurement]
    /// What each output is worth; of several by name.
    let outputs: [EvaluatedOutput]
    /// What the client should know of how rows were chosen.
    let notes: [String]

    func write(to json: inout JSONWriter) { write(to: &json, isWhole: true) }

    /// The same without points of curves and without rows, as it is kept.
    var summary: String {
        var json = JSONWriter()
        write(to: &json, isWhole: false)
        return json.text
    }

    /// The metrics as JSON.
    var metrics: String {
        var json = JSONWriter()
        writeMetrics(to: &json)
        return json.text
    }

    private func write(to json: inout JSONWriter, isWhole: Bool) {
        json.object { json in
            json.field("model", subject.model)
            json.field("version", subject.identity.name)
            json.field("dataset", subject.dataset)
            json.field("part", subject.part?.rawValue)
            json.field("rows", rows)
            json.key("metrics")
            writeMetrics(to: &json)
            if outputs.count == 1 {
                outputs[0].writeFields(to: &json, isWhole: isWhole)
            } else {
                json.key("outputs")
                json.object { json in
                    for output in outputs {
                        json.key(output.name)
                        json.object { json in
                            json.key("metrics")
                            json.object { json in
                                for (name, value) in output.figures { json.field(name, value) }
                            }
                            output.writeFields(to: &json, isWhole: isWhole)
                        }
                    }
                }
            }
            if isWhole, !notes.isEmpty { json.field("notes", notes) }
        }
    }

    private func writeMetrics(to json: inout JSONWriter) {
        json.object { json in
            for measurement in measurements { measurement.writeField(to: &json) }
            guard outputs.count == 1 else { return }
            for (name, value) in outputs[0].figures where !measurements.contains(where: { $0.name == name }) {
                json.field(name, value)
            }
        }
    }
}

/// The evaluations of a version that are kept, newest first.
struct EvaluationList: JSONWritable {
    let evaluations: [StoredEvaluation]

    func write(to json: inout JSONWriter) {
        json.object { json in json.field("evaluations", evaluations.map(KeptEvaluation.init)) }
    }
}

/// An evaluation with the time when it was made.
private struct KeptEvaluation: JSONWritable {
    let evaluation: StoredEvaluation

    func write(to json: inout JSONWriter) {
        // The store lets in nothing but objects of this program's.
        let members = (try? JSONDocument(parsing: evaluation.summary).root.members.map { $0 }) ?? []
        json.object { json in
            for (key, value) in members { json.field(key, value) }
            json.field("created_at", evaluation.createdAt.description)
        }
    }
}
