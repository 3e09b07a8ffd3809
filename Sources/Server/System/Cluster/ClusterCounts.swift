import Synchronization

/// What this process has lost to other nodes and taken over from them.
final class ClusterCounts: Sendable {
    private let lost = Atomic(0)
    private let taken = Atomic(0)

    /// How many runs were dropped since another node had taken their job.
    var leasesLost: Int { lost.load(ordering: .relaxed) }

    /// How many jobs were claimed that another node held and left.
    var jobsTakenOver: Int { taken.load(ordering: .relaxed) }

    /// Counts a run that was dropped.
    func lostLease() { lost.add(1, ordering: .relaxed) }

    /// Counts a job that was taken over.
    func tookOver() { taken.add(1, ordering: .relaxed) }
}
