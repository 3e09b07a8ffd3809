import JSON
import NN

/// Why a job failed, as the store keeps it and clients see it.
struct JobFailure: JSONWritable {
    let detail: String

    func write(to json: inout JSONWriter) { json.object { json in json.field("detail", detail) } }
}

/// Measurements as an object, by name; what isn't finite is null.
struct Measurements: JSONWritable {
    private let list: [Measurement]

    init(_ list: [Measurement]) { self.list = list }

    func write(to json: inout JSONWriter) {
        json.object { json in for measurement in list { measurement.writeField(to: &json) } }
    }
}
