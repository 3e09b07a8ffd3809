/// What a job begins with, where that is neither the model's initial weights nor a version.
///
/// The job gets a copy of what it begins with, so that the job it comes from may be deleted.
public enum JobBeginning: Equatable, Sendable {
    /// It goes on behind a kept epoch, with the weights, the optimizer's state and the history of that.
    case fork(KeptEpoch)
    /// It begins with the weights of a kept epoch, or evaluates them.
    case weights(KeptEpoch)
    /// It does again what a job has done, from where that began, and makes no version.
    case replay(JobID)
}
