import Dispatch
import Logging
import ModelStore
import Platform
import Synchronization

/// The thread that shows the others that this process lives, every third of a lease.
///
/// What the process holds is its own as long as that succeeds. A worker that computes for long, or a process of many jobs,
/// makes no difference to it.
final class NodeKeeper: Sendable {
    private let store: Store
    private let leases: LeaseKeeper
    private let logger: Logger
    private let lease: Duration
    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// How long `leave()` waits for a sign of life that is under way.
    private static let stopLimit = DispatchTimeInterval.seconds(1)

    private struct State {
        var node: Node
        /// When it began.
        let startedAt: Timestamp
        /// Before the last sign of life was sent; nil before the first.
        var renewed: ContinuousClock.Instant?
        /// When the last one failed; nil where none has.
        var failed: ContinuousClock.Instant?
        /// Whether the last one failed.
        var isCutOff = false
        var isStopped = false
    }

    /// Keeps a node that has not shown itself yet.
    init(_ node: Node, store: Store, leases: LeaseKeeper, leaseMilliseconds: Int64, logger: Logger) {
        self.store = store
        self.leases = leases
        self.logger = logger
        lease = .milliseconds(leaseMilliseconds)
        state = Mutex(State(node: node, startedAt: StoreClock.system.wall()))
    }

    /// The node's id.
    var id: String { state.withLock(\.node.id) }

    /// What is known of the node without the store, and how long its leases last.
    var known: (node: Node, startedAt: Timestamp, remaining: Duration) {
        state.withLock { state in
            let since = state.renewed.map { $0.duration(to: .now) } ?? lease
            return (state.node, state.startedAt, max(.zero, lease - since))
        }
    }

    /// Whether jobs may be taken over from nodes that seem gone: the store was in reach for a whole lease, so that whoever
    /// was cut off from it as well has had the time to show himself.
    var takesOver: Bool {
        state.withLock { state in state.failed.map { $0.duration(to: .now) > lease } ?? true }
    }

    /// Shows the node, and starts the thread.
    func start(at address: String) {
        state.withLock { $0.node.address = address }
        renew()
        WorkerThread.start(named: "node") {
            let (seconds, attoseconds) = (self.lease / 3).components
            let rest = DispatchTimeInterval.nanoseconds(
                Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
            )
            while true {
                _ = self.wake.wait(timeout: .now() + rest)
                if self.state.withLock(\.isStopped) { break }
                self.renew()
            }
            self.ended.signal()
        }
    }

    /// Tells the others that the node takes nothing more and gives back what it has.
    func drain() {
        state.withLock { $0.node.state = .draining }
        wake.signal()
    }

    /// Takes the node off the list, and ends the thread; what it holds still is anybody's then.
    func leave() {
        state.withLock { $0.isStopped = true }
        wake.signal()
        // A sign of life after it would enter the node again.
        _ = ended.wait(timeout: .now() + Self.stopLimit)
        do {
            try store.nodes.remove(id)
        } catch {
            logger.warning("the node stays on the list for a while", metadata: ["cause": "\(error)"])
        }
    }

    private func renew() {
        let began = ContinuousClock.now
        let node = state.withLock(\.node)
        do {
            try store.nodes.endLeases { id, process in id != node.id && ProcessName.isDead(process) }
            try store.nodes.keep(node)
            // A claim that was made and not told of, or an end that could not be written.
            for lease in leases.unknown(try store.jobs.leases(of: node.id)) { try store.jobs.forsake(lease) }
            let wasCutOff = state.withLock { state in
                defer { state.isCutOff = false }
                state.renewed = began
                return state.isCutOff
            }
            if wasCutOff { logger.notice("the store takes signs of life again", metadata: ["node": "\(node.id)"]) }
        } catch {
            let wasCutOff = state.withLock { state in
                defer { state.isCutOff = true }
                state.failed = .now
                return state.isCutOff
            }
            if !wasCutOff {
                logger.warning(
                    "the store takes no sign of life",
                    metadata: ["node": "\(node.id)", "cause": "\(error)"]
                )
            }
        }
    }
}
