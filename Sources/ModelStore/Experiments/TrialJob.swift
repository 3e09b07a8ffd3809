import SQL

/// Which job of an experiment a job is; an experiment has one of each at most.
public struct TrialPlace: Hashable, Sendable {
    /// The trial, from 1.
    public let trial: Int
    /// How often the trials have been thinned out before, from 0.
    public let rung: Int
    /// The repetition, from 1.
    public let repetition: Int
    /// The fold that is held out, from 1; 0 where there are none.
    public let fold: Int

    /// Names a job of an experiment.
    public init(trial: Int, rung: Int, repetition: Int, fold: Int) {
        (self.trial, self.rung, self.repetition, self.fold) = (trial, rung, repetition, fold)
    }
}

/// What a new job is to an experiment.
public struct NewTrialJob: Equatable, Sendable {
    /// The experiment, as `StoredExperiment.identifier`.
    public let experiment: Int64
    /// Which of its jobs it is.
    public let place: TrialPlace

    /// Names a job of an experiment.
    public init(experiment: Int64, place: TrialPlace) { (self.experiment, self.place) = (experiment, place) }
}

/// A job of an experiment, with what came of it, which stays when the job is deleted.
public struct TrialJob: Equatable, Sendable {
    /// Which job it is.
    public let place: TrialPlace
    /// The job's id.
    public let job: JobID
    /// Where the job stands.
    public let state: JobState
    /// The metrics of a job that has ended, as JSON text.
    public let metrics: String?
    /// Why it failed, as JSON text.
    public let error: String?
    /// How many epochs it has trained itself.
    public let epochs: Int

    /// Reads a row of `ExperimentTable.jobsQuery`; throws `.corrupt` where it is damaged.
    init(row: Row, of experiment: String) throws {
        place = TrialPlace(
            trial: try row.value("trial"),
            rung: try row.value("rung"),
            repetition: try row.value("repetition"),
            fold: try row.value("fold")
        )
        try RowChecksum.trialJobs.verify(
            row,
            "a job of trial \(place.trial) of experiment \(NameRule.quoted(experiment))",
            remedy: "restore a backup, or delete the experiment and start it again"
        )
        job = JobID(number: try row.value("job_id"))
        metrics = try row.value("metrics")
        let ended = (try row.value("state") as String?).flatMap(JobState.init(rawValue:))
        if let ended {
            state = ended
            error = try row.value("error")
            epochs = try row.value("epochs") as Int? ?? 0
            return
        }
        guard let live = (try row.value("job_state") as String?).flatMap(JobState.init(rawValue:)) else {
            (state, error, epochs) = (.failed, #"{"detail":"the job was damaged, and a repair has removed it"}"#, 0)
            return
        }
        (state, error, epochs) = (live, nil, try row.value("job_epochs") as Int? ?? 0)
    }
}
