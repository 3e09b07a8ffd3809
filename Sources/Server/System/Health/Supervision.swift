import Foundation
import HTTP
import Logging
import Platform

/// What the service manager that started the program hears of it, from readiness to the stop.
struct Supervision {
    private let manager: ServiceManager
    private let watchdog: Watchdog?

    /// Tells the manager that the server is ready at an address, and from then on that it lives; nil where nobody waits
    /// to hear of it.
    init?(of address: ListenAddress, environment: [String: String], logger: Logger) {
        guard let manager = ServiceManager(environment: environment) else { return nil }
        self.manager = manager
        if !manager.tell(.ready(status: "listening on \(address)")) {
            logger.warning("the service manager at NOTIFY_SOCKET was not told that the server is ready")
        }
        watchdog = Watchdog(manager, address: address, logger: logger)
        watchdog?.start()
    }

    /// Tells the manager that the server is about to stop.
    func end() {
        watchdog?.stop()
        manager.tell(.stopping)
    }
}
