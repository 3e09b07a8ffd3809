/// An epoch of a job whose weights may be kept, as in `job:17@3`.
public struct KeptEpoch: Hashable, Sendable, CustomStringConvertible {
    /// The job.
    public let job: JobID
    /// The epoch, from 1; 0 stands for what the job began with, which clients can't name.
    public let epoch: Int

    /// Names an epoch of a job.
    public init(job: JobID, epoch: Int) {
        self.job = job
        self.epoch = epoch
    }

    /// Reads what clients write; nil for anything else.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let job = JobID(String(parts[0])), let epoch = Int(parts[1]), epoch > 0,
            String(epoch) == parts[1]
        else { return nil }
        self.init(job: job, epoch: epoch)
    }

    /// What it is called.
    public var description: String { "\(Self.prefix)\(job)@\(epoch)" }

    /// What the name of every kept epoch begins with.
    public static let prefix = "job:"
}
