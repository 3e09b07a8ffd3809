import ModelStore
import Testing

struct JobStateTests {
    /// The table as the contract has it, written out once more: what leads where, from each state.
    static let allowed: [JobState: [JobTransition: JobState]] = [
        .queued: [.claimed: .running, .cancelled: .cancelled],
        .running: [
            .claimed: .running, .succeeded: .succeeded, .failed: .failed, .retried: .queued, .cancelled: .cancelled,
            .paused: .paused, .released: .running,
        ],
        .paused: [.resumed: .running, .cancelled: .cancelled],
        .succeeded: [:], .failed: [:], .cancelled: [:],
    ]

    @Test(arguments: JobState.allCases, JobTransition.allCases)
    func `a transition leads where the contract says or is refused`(state: JobState, transition: JobTransition) {
        #expect(state.after(transition) == Self.allowed[state]?[transition])
    }

    @Test(arguments: JobState.allCases)
    func `succeeded, failed and cancelled are final`(state: JobState) {
        #expect(state.isFinal == [.succeeded, .failed, .cancelled].contains(state))
    }

    @Test(arguments: JobState.allCases)
    func `a client's requests do in the database what the table says`(state: JobState) throws {
        let bench = try Bench()
        try bench.model()

        #expect(
            try bench.outcome(of: .cancelled, from: state) { try $0.jobs.cancel($1) }
                == Self.allowed[state]?[.cancelled]
        )
        #expect(try bench.outcome(of: .paused, from: state) { try $0.jobs.pause($1) } == Self.allowed[state]?[.paused])
        #expect(
            try bench.outcome(of: .resumed, from: state) { try $0.jobs.resume($1) } == Self.allowed[state]?[.resumed]
        )
    }

    @Test(arguments: JobState.allCases, [JobTransition.succeeded, .failed, .retried, .cancelled, .released])
    func `a worker's calls do in the database what the table says`(state: JobState, end: JobTransition) throws {
        guard state != .queued else { return }
        let bench = try Bench()
        try bench.model()
        let (id, lease) = try bench.jobWithLease(in: state)

        let before = try bench.store.jobs.find(id)
        if state == .running {
            try bench.end(lease, by: end)
            #expect(try bench.store.jobs.find(id).state == Self.allowed[.running]?[end])
        } else {
            expectRefusal(.leaseLost) { try bench.end(lease, by: end) }
            #expect(try bench.store.jobs.find(id) == before)
        }
    }
}

extension Bench {
    /// Brings a job into a state by way of the store's own calls; the lease is the last one that was given out.
    func jobWithLease(in state: JobState) throws -> (JobID, Lease) {
        _ = try job()
        let claim = try claim()
        switch state {
        case .queued: _ = try store.jobs.retry(claim.lease, error: "{}")
        case .running: break
        case .paused:
            _ = try store.jobs.pause(claim.job.id)
            _ = try store.jobs.finishPause(claim.lease)
        case .succeeded: try end(claim.lease, by: .succeeded)
        case .failed: try end(claim.lease, by: .failed)
        case .cancelled: try end(claim.lease, by: .cancelled)
        }
        #expect(try store.jobs.find(claim.job.id).state == state)
        return (claim.job.id, claim.lease)
    }

    func end(_ lease: Lease, by transition: JobTransition) throws {
        switch transition {
        case .succeeded: _ = try store.jobs.succeed(lease, version: .sample(), metrics: "{}")
        case .failed: _ = try store.jobs.fail(lease, error: "{}")
        case .retried: _ = try store.jobs.retry(lease, error: "{}")
        case .cancelled: _ = try store.jobs.finishCancel(lease)
        case .released: try store.jobs.release(lease)
        case .claimed, .paused, .resumed: Issue.record("not an end of a run: \(transition)")
        }
    }

    /// What a request leads to for a job whose worker is gone, or nil where it is a conflict that changes nothing.
    func outcome(
        of transition: JobTransition,
        from state: JobState,
        _ request: (Store, JobID) throws -> Job
    ) throws -> JobState? {
        let (id, lease) = try jobWithLease(in: state)
        if state == .running { try store.jobs.release(lease) }
        let before = try store.jobs.find(id)
        do {
            let after = try request(store, id)
            #expect(try store.jobs.find(id) == after)
            return after.state
        } catch let error as StoreError {
            #expect(Reason(error) == .conflict)
            #expect(try store.jobs.find(id) == before)
            return nil
        }
    }
}
