import JSON
import ModelStore

/// What clients see of a job.
struct JobDocument: JSONWritable {
    let job: Job
    /// Its epochs, first to last; nil leaves the history out, as lists do.
    let epochs: [Epoch]?
    /// The epochs that are kept; nil leaves them out, as lists do.
    var kept: [Int]?
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
            json.field("history", ifPresent: epochs?.map(HistoryEntry.init))
            json.field("version", version)
            json.field("weights_sha256", job.weightsSHA256)
            json.field("error", job.error.map(StoredJSON.init))
            json.field("initial_version", isTraining ? initial : nil)
            json.field("forked_from", ifPresent: job.forkedFrom.map(Origin.init))
            json.field("replay", ifPresent: job.replayOf.map { Replay(origin: $0, isIdentical: job.isIdentical) })
            json.field("kept_epochs", ifPresent: kept)
            json.field("options", StoredJSON(text: job.request))
            json.field("experiment", ifPresent: job.experiment)
            json.field("priority", job.priority)
            json.field("claims", job.claims)
            json.field("node", job.node)
            json.field("ranks", RankWish(stored: job.request).ranks)
            json.field("parallel", job.parallel.map(StoredJSON.init))
            json.field("created_at", job.createdAt.description)
            json.field("started_at", job.startedAt?.description)
            json.field("finished_at", job.finishedAt?.description)
            if !notes.isEmpty { json.field("notes", notes) }
            json.field("evaluation", ifPresent: evaluation.map(StoredJSON.init))
        }
    }

    /// The version that was made, or of an evaluation that is evaluated; a replay makes none.
    private var version: VersionName? {
        guard isTraining else { return initial }
        return job.replayOf == nil ? job.version.map(VersionName.number) : nil
    }

    /// The version that it starts from.
    private var initial: VersionName? {
        job.initialEpoch.map(VersionName.kept) ?? job.initialVersion.map(VersionName.number)
    }

    private var isTraining: Bool { job.kind == .training }

    /// Where a fork goes on.
    private struct Origin: JSONWritable {
        let kept: KeptEpoch

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("job", kept.job.description)
                json.field("epoch", kept.epoch)
            }
        }
    }

    /// What is repeated, and whether it came to the same weights.
    private struct Replay: JSONWritable {
        let origin: JobID
        let isIdentical: Bool?

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("of", origin.description)
                json.field("identical", isIdentical)
            }
        }
    }
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
