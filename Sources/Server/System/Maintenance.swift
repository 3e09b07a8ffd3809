import Dispatch
import Foundation
import Logging
import ModelStore
import Platform
import Synchronization

/// The thread that looks after the store between other work: it removes what the rules no longer keep, and gives the
/// space back to the disk bit by bit.
final class Maintenance: Sendable {
    private let store: Store
    private let rules: RetentionRules
    private let inlineData: InlineData
    private let logger: Logger
    private let isStopping = Atomic(false)
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// How long it rests between two rounds.
    private static let interval = DispatchTimeInterval.seconds(60)
    /// How long it leaves the store to others between two slices of freed space.
    private static let pauseSeconds = 0.005
    /// How long `stop()` waits for a round to end.
    private static let stopLimit = DispatchTimeInterval.seconds(1)

    init(store: Store, rules: RetentionRules, inlineData: InlineData, logger: Logger) {
        self.store = store
        self.rules = rules
        self.inlineData = inlineData
        self.logger = logger
    }

    /// Starts the thread, with a round at once.
    func start() {
        WorkerThread.start(named: "maintenance", slice: .long) {
            repeat {
                self.round()
                _ = self.wake.wait(timeout: .now() + Self.interval)
            } while !self.isStopping.load(ordering: .relaxed)
            self.ended.signal()
        }
    }

    /// Ends the thread after the transaction that it is in.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        wake.signal()
        _ = ended.wait(timeout: .now() + Self.stopLimit)
    }

    private func round() {
        do {
            let removed = try store.applyRetention(rules)
            if removed.versions + removed.jobs > 0 {
                logger.info("retention", metadata: ["versions": "\(removed.versions)", "jobs": "\(removed.jobs)"])
            }
            try inlineData.sweep()
            try store.datasets.sweepOrphans()
            try store.checkpoints.sweepOrphans()
            MemoryRecords(folder: store.folder).sweep(needed: try store.nodes.processes())
            try reclaimSpace()
        } catch {
            logger.warning("maintenance put off", metadata: ["cause": "\(error)"])
        }
    }

    private func reclaimSpace() throws(StoreError) {
        var free = Int.max
        while !isStopping.load(ordering: .relaxed) {
            let left = try store.reclaimSpace()
            // Others may free pages as fast as they are given back.
            guard left > 0, left < free else { return }
            free = left
            Thread.sleep(forTimeInterval: Self.pauseSeconds)
        }
    }
}
