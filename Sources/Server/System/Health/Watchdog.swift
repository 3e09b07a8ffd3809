import Foundation
import HTTP
import Logging
import Platform
import Synchronization

/// The thread that tells the service manager that the server still answers.
///
/// Before each sign of life it asks the server itself over a socket, so that a server whose threads hang gives none and
/// is started anew.
final class Watchdog: Sendable {
    private let manager: ServiceManager
    private let probe: HealthProbe
    private let pause: Duration
    private let logger: Logger
    private let isStopped = Atomic(false)

    /// A watchdog that doesn't run yet; nil where the manager doesn't watch.
    init?(_ manager: ServiceManager, address: ListenAddress, logger: Logger) {
        guard let limit = manager.watchdogLimit else { return nil }
        self.manager = manager
        self.logger = logger
        // A question and the rest after it take half of the limit at most, as sd_watchdog_enabled(3) asks for.
        probe = HealthProbe(address, within: limit / 4)
        pause = limit / 4
    }

    /// Starts the thread, with a sign at once.
    func start() {
        WorkerThread.start(named: "watchdog") { self.work() }
    }

    /// Has the thread end after its rest.
    func stop() { isStopped.store(true, ordering: .relaxed) }

    private func work() {
        let (seconds, attoseconds) = pause.components
        let rest = TimeInterval(seconds) + TimeInterval(attoseconds) * 1e-18
        while !isStopped.load(ordering: .relaxed) {
            do {
                // Whatever it answers: one that refuses lives too.
                _ = try probe.ask(.live)
                manager.tell(.alive)
            } catch {
                if !isStopped.load(ordering: .relaxed) {
                    logger.error("the server doesn't answer itself", metadata: ["cause": "\(error)"])
                }
            }
            Thread.sleep(forTimeInterval: rest)
        }
    }
}
