import Dispatch
import JSON
import ModelStore
import NN
import Platform
import Synchronization

/// Saves a run's checkpoints beside it: a training step waits for the copy in memory only, never for the disk.
final class CheckpointWriter: Sendable {
    private let checkpoints: CheckpointTable
    private let lease: Lease
    private let recorder: RunRecorder
    private let queue = DispatchQueue(label: "checkpoint")
    private let state = Mutex(State())
    private let isHurried = Atomic(false)

    private struct State {
        var isSaving = false
        var cost = Duration.zero
        var failure: StoreError?
    }

    /// A writer for the run that holds a lease, and whose records are on the disk before a checkpoint that lies behind them.
    init(checkpoints: CheckpointTable, lease: Lease, recorder: RunRecorder) {
        self.checkpoints = checkpoints
        self.lease = lease
        self.recorder = recorder
    }

    /// Whether a copy would be saved at once: nothing else is being saved.
    var isIdle: Bool { state.withLock { !$0.isSaving } }

    /// How long the last save took.
    var cost: Duration { state.withLock(\.cost) }

    /// Has what is being saved take what cores it can get: somebody waits for it.
    func hurry() { isHurried.store(true, ordering: .relaxed) }

    /// Copies where a session stands and has it saved, in the order of the calls.
    ///
    /// - Parameters:
    ///   - session: Whose weights and position are saved.
    ///   - hurries: Whether somebody waits for it, so that it and what is still being saved take what cores they can get.
    ///   - order: The epoch as which it is kept; nil for one that goes with the job's end.
    func save(_ session: TrainingSession, hurries: Bool = false, keeping order: EpochKeeper.Order? = nil) {
        if hurries { hurry() }
        let (copy, position) = (session.checkpoint(), session.progress)
        state.withLock { $0.isSaving = true }
        queue.async {
            let start = ContinuousClock.now
            let result = Result { () throws(StoreError) in
                try TimeSlice.long.during { () throws(StoreError) in
                    let draft = try self.checkpoints.draft { self.isHurried.load(ordering: .relaxed) }
                    draft.begin("session")
                    var weights = order.map(KeptWeights.init)
                    try copy.forEachPiece { (piece) throws(StoreError) in
                        weights?.take(piece)
                        try draft.append(piece)
                    }
                    try self.recorder.wait()
                    try draft.finish(self.lease, position: position.jsonText, keeping: weights?.rule)
                }
            }
            self.state.withLock { state in
                state.isSaving = false
                state.cost = start.duration(to: .now)
                if case .failure(let error) = result { state.failure = error }
            }
        }
    }

    /// Has a session saved as an epoch that is kept, once nothing else is being saved any more: no two copies are held.
    func keep(_ session: TrainingSession, as order: EpochKeeper.Order) throws(StoreError) {
        let wasHurried = isHurried.exchange(true, ordering: .relaxed)
        wait()
        isHurried.store(wasHurried, ordering: .relaxed)
        try check()
        save(session, keeping: order)
    }

    /// Throws what went wrong with a save since the last call.
    func check() throws(StoreError) {
        let failure = state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
        if let failure { throw failure }
    }

    /// Waits until nothing is being saved any more.
    func wait() { queue.sync {} }
}
