import JSON
import NN

/// What is known of a job that diverged.
struct PostmortemDocument: JSONWritable {
    /// Where.
    let divergence: Divergence
    /// The rows of the batch, from 0 in the data as given.
    let rows: [Int]
    /// The steps before, first to last.
    let before: [StepRecord]

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("epoch", divergence.epoch)
            json.field("step", divergence.step)
            json.field("layer", divergence.layer)
            json.field("value", divergence.value.isNaN ? "NaN" : divergence.value < 0 ? "-Infinity" : "Infinity")
            json.field("rows", rows)
            json.key("before")
            json.array { json in
                for step in before {
                    json.object { json in
                        json.field("epoch", step.epoch)
                        json.field("step", step.step)
                        json.field("loss", step.loss)
                        json.field("gradient", step.gradient)
                        json.field("weight", step.weight)
                    }
                }
            }
        }
    }
}
