import JSON

/// How far an evaluation is.
struct EvaluationProgress: JSONWritable {
    /// How many batches are done.
    let step: Int
    /// How many there are.
    let steps: Int

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("step", step)
            json.field("steps", steps)
        }
    }
}
