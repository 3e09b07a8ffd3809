/// What a run tells of itself while it goes on.
public enum RunRecord: Equatable, Sendable {
    /// How far it is, as a JSON object, and what it measures; without metrics those before stay.
    case progress(String, metrics: String? = nil)
    /// The metrics of a finished epoch, as a JSON object.
    case epoch(number: Int, metrics: String)
    /// The norms of a finished epoch's last step, as a JSON object, where they are taken.
    case norms(epoch: Int, String)
}
