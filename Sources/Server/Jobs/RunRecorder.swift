import Dispatch
import ModelStore
import Synchronization

/// Writes down what a run tells of itself, beside it: a training step never waits for the disk.
///
/// What comes while the disk is busy is written together with the next transaction, so that a run with a thousand epochs a
/// second costs no more commits than the disk takes. Nothing of it is shown to anybody before it is on the disk. It must be
/// there before a checkpoint that lies behind it, and before the run's end; `wait()` sees to that.
final class RunRecorder: Sendable {
    private let jobs: JobTable
    private let lease: Lease
    private let queue = DispatchQueue(label: "run records")
    private let state = Mutex(State())

    private struct State {
        var records: [RunRecord] = []
        var failure: StoreError?
    }

    /// How many records may wait for the disk before the run waits too.
    private static let limit = 10_000

    /// A recorder for the run that holds a lease.
    init(jobs: JobTable, lease: Lease) {
        self.jobs = jobs
        self.lease = lease
    }

    /// Has a record written down after those before it.
    func add(_ record: RunRecord) {
        let count = state.withLock { state in
            state.records.append(record)
            return state.records.count
        }
        // Where there were some already, a turn of the queue that takes them all is still to come.
        if count == 1 { queue.async { self.write() } }
        if count >= Self.limit { queue.sync {} }
    }

    /// Throws what went wrong with a record; the run can't go on then, since those after it aren't written either.
    func check() throws(StoreError) {
        if let failure = state.withLock(\.failure) { throw failure }
    }

    /// Waits until all records so far are on the disk; throws as `check()` does.
    func wait() throws(StoreError) {
        queue.sync {}
        try check()
    }

    private func write() {
        let records = state.withLock { state in
            defer { state.records = [] }
            return state.failure == nil ? state.records : []
        }
        guard !records.isEmpty else { return }
        do {
            try jobs.record(lease, records)
        } catch {
            state.withLock { $0.failure = error }
        }
    }
}
