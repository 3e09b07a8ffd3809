import JSON
import NN

/// The norms of an epoch's last step, as they are stored: each list in the order of the tensors.
struct StoredNorms: JSONWritable {
    let tensors: [String]
    let gradient: [Double?]
    let weight: [Double?]
    let update: [Double?]

    init(tensors: [String], norms: EpochNorms) {
        self.tensors = tensors
        (gradient, weight, update) = (norms.gradient, norms.weight, norms.update)
    }

    /// Reads what `write(to:)` wrote.
    ///
    /// - Throws: `FaultyInput` where it is none of that.
    init(_ json: JSONValue) throws(FaultyInput) {
        (tensors, gradient, weight, update) = try json.read { reader in
            func numbers(_ key: String) -> [Double?] {
                reader.array(key) { value, faults in
                    value.isNull ? nil : faults.collect { () throws(Fault) in try value.double() }
                }
            }
            let tensors = reader.array("tensors") { value, faults in
                faults.collect { () throws(Fault) in try value.string() } ?? ""
            }
            return (tensors, numbers("gradient"), numbers("weight"), numbers("update"))
        }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("tensors", tensors)
            json.field("gradient", gradient)
            json.field("weight", weight)
            json.field("update", update)
        }
    }
}
