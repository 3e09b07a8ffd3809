import Dispatch
import Glibc
import HTTP
import HTTPTypes
import Platform
import Synchronization

/// The one thread on which views are computed, behind everything else: training and predictions lose at most a part of a
/// core, however much is asked.
final class InspectionThread: Sendable {
    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)

    private struct State {
        var waiting: [Item] = []
        var isBusy = false
        var isStarted = false
    }

    /// What waits: called with whether it may begin, which it may not where its client has left.
    private struct Item: Sendable {
        let control: InspectionControl
        let work: @Sendable () -> Void
    }

    /// How nice the thread is to others (nice(2)).
    private static let niceness: Int32 = 10

    /// Runs work once its turn has come.
    ///
    /// - Parameter work: What is done; it asks its control between passes whether anybody still waits for it.
    /// - Returns: What the work gave.
    /// - Throws: A `Problem` with 503 where too many wait already, `CancellationError` where the task is cancelled, and what
    ///   the work throws.
    func run<Outcome: Sendable>(
        _ work: @escaping @Sendable (InspectionControl) throws -> Outcome
    ) async throws -> Outcome {
        let control = InspectionControl()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let item = Item(control: control) {
                    continuation.resume(
                        with: Result {
                            try control.check()
                            return try work(control)
                        }
                    )
                }
                if !add(item) {
                    let detail =
                        "one view is computed and \(InspectionBounds.waiting) wait, which is the most; ask again in a second"
                    continuation.resume(
                        throwing: Problem(.serviceUnavailable, detail: detail, fields: [.retryAfter: "1"])
                    )
                }
            }
        } onCancel: {
            control.cancel()
            drop(control)
        }
    }

    private func add(_ item: Item) -> Bool {
        let (isAdded, isFirst) = state.withLock { state -> (Bool, Bool) in
            guard state.waiting.count < InspectionBounds.waiting + (state.isBusy ? 0 : 1) else { return (false, false) }
            state.waiting.append(item)
            let isFirst = !state.isStarted
            state.isStarted = true
            return (true, isFirst)
        }
        if isFirst { WorkerThread.start(named: "inspect", slice: .long) { self.serve() } }
        if isAdded { arrivals.signal() }
        return isAdded
    }

    /// Ends what waits for a client that has left, so that it takes nobody's place.
    private func drop(_ control: InspectionControl) {
        let left = state.withLock { state -> [Item] in
            let left = state.waiting.filter { $0.control === control }
            state.waiting.removeAll { $0.control === control }
            return left
        }
        for item in left { item.work() }
    }

    private func serve() {
        // The thread's own: Linux counts niceness by thread (setpriority(2)).
        _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, Self.niceness)
        while true {
            arrivals.wait()
            let item = state.withLock { state -> Item? in
                guard !state.waiting.isEmpty else { return nil }
                state.isBusy = true
                return state.waiting.removeFirst()
            }
            guard let item else { continue }
            item.work()
            state.withLock { $0.isBusy = false }
        }
    }
}

/// Whether anybody still waits for a view, and how long its passes took.
final class InspectionControl: Sendable {
    private let state = Mutex((isCancelled: false, time: Duration.zero))

    /// Ends the work at its next pass.
    func cancel() { state.withLock { $0.isCancelled = true } }

    /// Throws where the client has left.
    ///
    /// - Throws: `CancellationError`.
    func check() throws {
        if state.withLock({ $0.isCancelled }) { throw CancellationError() }
    }

    /// Runs a pass and counts its time.
    func measure<Outcome>(_ body: () throws -> Outcome) throws -> Outcome {
        try check()
        let begin = ContinuousClock.now
        let outcome = try body()
        let took = begin.duration(to: .now)
        state.withLock { $0.time += took }
        return outcome
    }

    /// How long all passes took so far, in milliseconds.
    var milliseconds: Double { state.withLock { $0.time } / .milliseconds(1) }
}
