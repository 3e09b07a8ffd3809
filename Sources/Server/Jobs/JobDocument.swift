import JSON
import ModelStore

/// What clients see of a job.
struct JobDocument: JSONWritable {
    let job: Job
    /// Its epochs, first to last; nil leaves the history out, as lists do.
    let epochs: [Epoch]?
    /// What the client should know of how its numbers were taken; told where the job is accepted.
    var notes: [String] = []
    /// The answer of a job that has evaluated, as JSON; nil leaves it out, as lists do.
    var evaluation: String?

    /// Where it is.
    var location: String { "/jobs/\(job.id)" }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", job.id.description)
            json.field("kind", job.kind.rawValue)
            json.field("state", job.state.rawValue)
            json.field("model", job.model)
            json.field("dataset", job.shownDataset)
            json.field("progress", job.progress.map(StoredJSON.init))
            json.field("metrics", StoredJSON(text: job.metrics ?? "{}"))
            json.field("history", ifPresent: epochs?.map { StoredJSON(text: $0.metrics) })
            json.field("version", isTraining ? job.version : job.initialVersion)
            json.field("weights_sha256", job.weightsSHA256)
            json.field("error", job.error.map(StoredJSON.init))
            json.field("initial_version", isTraining ? job.initialVersion : nil)
            json.field("options", StoredJSON(text: job.request))
            json.field("priority", job.priority)
            json.field("created_at", job.createdAt.description)
            json.field("started_at", job.startedAt?.description)
            json.field("finished_at", job.finishedAt?.description)
            if !notes.isEmpty { json.field("notes", notes) }
            json.field("evaluation", ifPresent: evaluation.map(StoredJSON.init))
        }
    }

    private var isTraining: Bool { job.kind == .training }
}

/// What clients see of a page of jobs.
struct JobPageDocument: JSONWritable {
    let page: JobPage
    /// Whether each job is a row of a list, with few members.
    let isOfRows: Bool

    func write(to json: inout JSONWriter) {
        json.object { json in
            if isOfRows {
                json.field("jobs", page.jobs.map(JobRow.init))
            } else {
                json.field("jobs", page.jobs.map { JobDocument(job: $0, epochs: nil) })
            }
            json.field("next", page.next?.description)
        }
    }
}

extension Job {
    /// The dataset's name; nil where the data came with the request.
    var shownDataset: String? { dataset.flatMap { InlineData.isReserved($0) ? nil : $0 } }
}
