import JSON
import ModelStore
import NN

/// The training request of a job as it is stored: every option with its value, and where the data lies.
struct JobRequest: Sendable, JSONWritable {
    /// The model's name.
    let model: String
    /// The dataset's name, also where the data came inline and has a dataset of its own.
    let dataset: String
    /// The version to start from; nil for the initial weights.
    let initialVersion: Int?
    /// How the network is trained.
    let options: TrainingOptions

    init(model: String, dataset: String, initialVersion: Int?, options: TrainingOptions) {
        self.model = model
        self.dataset = dataset
        self.initialVersion = initialVersion
        self.options = options
    }

    /// Reads the request of a stored job.
    ///
    /// - Throws: `StoreError.corrupt` where it can't be read.
    init(of job: Job) throws {
        do {
            self = try JSONDocument(parsing: job.request).root.read { reader in
                let model = reader.string("model")
                let dataset = reader.string("dataset")
                let initialVersion = reader.optionalInt("initial_version")
                return TrainingOptions(reading: &reader).map {
                    JobRequest(model: model, dataset: dataset, initialVersion: initialVersion, options: $0)
                }
            } ?? { throw StoreError.corrupt("it has no loss") }()
        } catch {
            throw StoreError.corrupt("job \(job.id): its stored request can't be read: \(error)")
        }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("model", model)
            json.field("dataset", dataset)
            json.field("initial_version", ifPresent: initialVersion)
            options.writeFields(to: &json)
        }
    }
}
