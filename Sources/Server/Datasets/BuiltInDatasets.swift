import Foundation
import Logging
import ModelStore
import Platform

/// Stores the datasets that come with the program, as soon as a store that may not answer yet takes them.
struct BuiltInDatasets: Sendable {
    let store: Store
    let logger: Logger

    private static let rest: TimeInterval = 1

    /// Stores them now, or begins a thread that does so once it can.
    func start() {
        guard !isDone(saying: "the store can't be written yet, and the server begins to work when it can") else {
            return
        }
        WorkerThread.start(named: "built-ins", slice: .long) {
            repeat { Thread.sleep(forTimeInterval: Self.rest) } while !isDone()
            logger.info("the store can be written")
        }
    }

    /// Whether there is nothing left to try.
    private func isDone(saying warning: Logger.Message? = nil) -> Bool {
        do {
            try DatasetCatalog.storeBuiltIns(in: store, logger: logger)
        } catch let error as StoreError where error.isTransient {
            if let warning { logger.warning(warning, metadata: ["cause": "\(error)"]) }
            return false
        } catch {
            logger.error("the datasets that come with the program are not stored", metadata: ["cause": "\(error)"])
        }
        return true
    }
}
