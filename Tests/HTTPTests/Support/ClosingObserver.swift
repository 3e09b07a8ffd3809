import HTTP
import Synchronization

/// Fires a signal when so many connections have closed.
final class ClosingObserver: ServerObserver {
    private let count = Mutex(0)
    private let wanted: Int
    private let signal: Signal

    init(after wanted: Int, _ signal: Signal) {
        self.wanted = wanted
        self.signal = signal
    }

    func finished(_ record: RequestRecord) {}
    func connectionOpened() {}

    func connectionClosed() {
        let isReached = count.withLock { count in
            count += 1
            return count == wanted
        }
        if isReached { signal.fire() }
    }
}
