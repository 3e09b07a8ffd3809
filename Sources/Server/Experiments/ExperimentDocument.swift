import JSON
import ModelStore

/// What clients see of an experiment.
struct ExperimentDocument: JSONWritable, Sendable {
    private let experiment: StoredExperiment
    private let course: ExperimentCourse
    private let trials: [StoredTrial]
    /// Whether the base, the space and the leaderboard are shown, which lists leave out.
    private let isWhole: Bool

    /// - Throws: `StoreError.corrupt` where the stored request can't be read.
    init(_ snapshot: ExperimentSnapshot, isWhole: Bool) throws {
        experiment = snapshot.experiment
        course = try ExperimentCourse(snapshot)
        trials = snapshot.trials
        self.isWhole = isWhole
    }

    /// The name.
    var name: String { experiment.name }

    /// Where it is.
    var location: String { "/experiments/\(name)" }

    func write(to json: inout JSONWriter) {
        let request = course.request
        json.object { json in
            json.field("name", name)
            json.field("state", experiment.state.rawValue)
            json.field("search", request.search.rawValue)
            json.field("metric", request.metric.name)
            json.field("mode", request.metric.mode.rawValue)
            json.field("seed", request.seed)
            json.field("folds", request.folds)
            json.field("repeats", request.repeats)
            json.field("max_seconds", request.greatestSeconds)
            json.field("trials", trials.count)
            json.field("finished", course.standings.count { $0.state.isFinal })
            json.field("epochs_trained", course.standings.reduce(0) { $0 + $1.epochs })
            json.field("error", experiment.error.map(StoredJSON.init))
            json.field("created_at", experiment.createdAt.description)
            json.field("finished_at", experiment.finishedAt?.description)
            guard isWhole else { return }
            json.field("base", request.base)
            json.key("space")
            json.object { json in
                for parameter in request.space.parameters { json.field(parameter.path, parameter.rule) }
            }
            json.key("leaderboard")
            json.array { json in
                for standing in course.leaderboard { write(standing, to: &json) }
            }
        }
    }

    private func write(_ standing: TrialStanding, to json: inout JSONWriter) {
        let stored = trials.first { $0.number == standing.trial }
        json.object { json in
            json.field("trial", standing.trial)
            json.field("jobs", standing.jobs.map(\.job.description))
            json.field("state", standing.state.rawValue)
            json.field("model", stored?.model)
            json.field("values", StoredJSON(text: stored?.values ?? "{}"))
            json.field("scores", standing.scores)
            json.field("mean", standing.mean)
            json.field("deviation", standing.deviation)
            json.field("epochs", standing.epochs)
            json.field("error", ifPresent: standing.error.map(StoredJSON.init))
        }
    }
}

/// What an experiment comes to that was only checked.
struct ExperimentPrice: JSONWritable, Sendable {
    private let checked: CheckedExperiment
    private let seconds: Double
    private let epochs: Int

    /// - Parameters:
    ///   - checked: The experiment.
    ///   - secondsPerEpoch: How long an epoch of a trial takes on average.
    init(_ checked: CheckedExperiment, secondsPerEpoch: Double) {
        self.checked = checked
        let jobs = checked.request.repeats * (checked.request.folds ?? 1)
        let isHalving = checked.request.search == .halving
        let each = isHalving ? Rung.trained(checked.rungs) : checked.trials.reduce(0) { $0 + $1.epochs }
        epochs = each * jobs
        seconds = Double(epochs) * secondsPerEpoch
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("trials", checked.trials.count)
            json.field("epochs", epochs)
            json.field("seconds", seconds)
            json.field("peak_bytes", checked.trials.map(\.bytes).max() ?? 0)
            json.field("values", checked.trials.map { StoredJSON(text: checked.request.space.object($0.values)) })
        }
    }
}
