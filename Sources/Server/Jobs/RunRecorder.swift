import Dispatch
import ModelStore
import Synchronization

/// Writes down what a run tells of itself, beside it: a training step never waits for the disk.
///
/// What comes while the disk is busy is written together with the next transaction, so that a run with a thousand epochs a
/// second costs no more commits than the disk takes. Nothing of it is shown to anybody before it is on the disk. It must be
/// there before a checkpoint that lies behind it, and before the run's end; `wait()` sees to that.
///
/// Norms, which nobody follows as they come, are kept back for a moment and written several together: a row of them is a page
/// of the database by itself, and of short epochs the pages cost more than the rows.
final class RunRecorder: Sendable {
    private let jobs: JobTable
    private let lease: Lease
    private let queue = DispatchQueue(label: "run records")
    private let state = Mutex(State())

    private struct State {
        var records: [RunRecord] = []
        /// Those that wait for others.
        var norms: [RunRecord] = []
        var normsWritten = ContinuousClock.now - RunRecorder.normsInterval
        var failure: StoreError?

        /// Takes what is to be written now: all, or all but norms that came too soon after others.
        mutating func take(all: Bool) -> [RunRecord] {
            defer { records = [] }
            guard failure == nil else { return [] }
            let now = ContinuousClock.now
            guard all || normsWritten.duration(to: now) >= RunRecorder.normsInterval else { return records }
            defer { norms = [] }
            if !norms.isEmpty { normsWritten = now }
            return records + norms
        }
    }

    /// How long norms wait at most while other records come.
    private static let normsInterval = Duration.milliseconds(500)

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
            if case .norms = record {
                state.norms.append(record)
                return 0
            }
            state.records.append(record)
            return state.records.count
        }
        // Where there were some already, a turn of the queue that takes them all is still to come.
        if count == 1 { queue.async { self.write(all: false) } }
        if count >= Self.limit { queue.sync {} }
    }

    /// Throws what went wrong with a record; the run can't go on then, since those after it aren't written either.
    func check() throws(StoreError) {
        if let failure = state.withLock(\.failure) { throw failure }
    }

    /// Waits until all records so far are on the disk; throws as `check()` does.
    func wait() throws(StoreError) {
        queue.sync { write(all: true) }
        try check()
    }

    private func write(all: Bool) {
        let records = state.withLock { $0.take(all: all) }
        guard !records.isEmpty else { return }
        do {
            try jobs.record(lease, records)
        } catch {
            state.withLock { $0.failure = error }
        }
    }
}
