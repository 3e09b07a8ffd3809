import JSON
import ModelStore

/// The norms of a job's gradients, weights and updates over its epochs, a row a tensor.
struct JobNormsDocument: JSONWritable, Sendable {
    private let job: JobID
    private let epochs: [Int]
    private let tensors: [String]
    private let kinds: [Kind]

    private struct Kind: Sendable {
        let name: String
        /// Of each epoch the norm of each tensor.
        let norms: [[Double?]]
    }

    /// Reads the norms of epochs, first to last.
    ///
    /// - Throws: `FaultyInput` where they are not as they were written.
    init(of job: JobID, _ epochs: [NormsOfEpoch]) throws {
        let found = try epochs.map { try StoredNorms(JSONDocument(parsing: $0.norms).root) }
        self.job = job
        self.epochs = epochs.map(\.number)
        tensors = found.last?.tensors ?? []
        kinds = [
            Kind(name: "gradient", norms: found.map(\.gradient)), Kind(name: "weight", norms: found.map(\.weight)),
            Kind(name: "update", norms: found.map(\.update)),
        ]
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("job", job.description)
            json.field("tensors", tensors)
            json.field("epoch", epochs)
            for kind in kinds {
                json.field(kind.name, tensors.indices.map { tensor in kind.norms.map { $0[tensor] } })
            }
        }
    }
}
