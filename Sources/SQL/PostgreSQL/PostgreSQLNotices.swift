import Foundation
import Synchronization

/// Tells the other programs at a database that something has been committed, and hears it from them (`NOTIFY`, `LISTEN`).
///
/// A notice says nothing else, is sent after the commit at most every 100 ms, since PostgreSQL takes one lock over all
/// databases for it, and may be lost: who listens looks now and then without one.
public final class PostgreSQLNotices: Sendable {
    private let database: PostgreSQLDatabase
    private let hosts: PostgreSQLHosts
    private let timeout: Duration
    private let sender = DispatchQueue(label: "notices")
    private let state = Mutex(State())

    private struct State {
        var isHearing = false
        /// How many have been heard.
        var count = 0
        var isClosed = false
        /// Whether a notice is about to be sent.
        var isDue = false
        var lastSent: ContinuousClock.Instant?
        /// When the first one was sent that has not come back yet.
        var unheard: ContinuousClock.Instant?
    }

    private static let channel = "trainyard"
    /// The least time between two that are sent.
    private static let interval = Duration.milliseconds(100)
    /// After what time one's own notice is taken for lost: a pooler lets a program listen, and passes nothing on.
    private static let patience = Duration.seconds(1)
    /// How long to go without notices before it is tried again: longer and longer, up to the second where nobody can
    /// connect, and to the third where nothing comes through.
    private static let (shortestRest, longestRest, longestRestOfTheDeaf) = (0.1, 2.0, 30.0)
    /// How long those that come close together are gathered.
    private static let gatheringSeconds = 0.02

    /// Why nobody listens any more.
    private struct Silence: Error {}

    /// Notices of a database, which nobody listens for yet.
    ///
    /// - Parameters:
    ///   - database: Where notices are sent.
    ///   - address: Where to listen: the same database, without a pooler between.
    ///   - timeout: What connecting there may take.
    public init(database: PostgreSQLDatabase, listeningAt address: PostgreSQLAddress, timeout: Duration) {
        self.database = database
        hosts = PostgreSQLHosts(address)
        self.timeout = timeout
    }

    /// Whether notices come through, as the last of one's own has shown.
    public var isHearing: Bool { state.withLock(\.isHearing) }

    /// How many have been heard, those that came together counted once.
    public var count: Int { state.withLock(\.count) }

    /// Listens until `close()`, on a thread and a connection of its own.
    ///
    /// - Parameter action: Done on that thread whenever something may have been committed, by this program too.
    public func listen(_ action: @escaping @Sendable () -> Void) {
        let thread = Thread { [weak self] in
            var rest = Self.shortestRest
            while let self, !isClosed {
                let began = ContinuousClock.now
                var longest = Self.longestRest
                do {
                    try hear(action)
                } catch {
                    // Whatever is wrong, it is tried again; till then nobody hears, which `isHearing` tells.
                    if error is Silence { longest = Self.longestRestOfTheDeaf }
                }
                state.withLock { ($0.isHearing, $0.unheard) = (false, nil) }
                let hasHeard = began.duration(to: .now) > Self.patience * 3
                rest = hasHeard ? Self.shortestRest : min(longest, rest * 2)
                Thread.sleep(forTimeInterval: rest)
            }
        }
        thread.name = "notices"
        thread.start()
    }

    /// Tells the others, soon.
    public func tell() {
        let wait = state.withLock { state -> Duration? in
            guard !state.isDue, !state.isClosed else { return nil }
            state.isDue = true
            let last = state.lastSent.map { ContinuousClock.now.duration(to: $0 + Self.interval) }
            return max(.zero, last ?? .zero)
        }
        guard let wait else { return }
        let delay = DispatchTimeInterval.microseconds(Int(wait / .microseconds(1)))
        sender.asyncAfter(deadline: .now() + delay) { [weak self] in self?.send() }
    }

    /// Ends listening, within a second.
    public func close() { state.withLock { $0.isClosed = true } }

    private var isClosed: Bool { state.withLock(\.isClosed) }

    private func send() {
        // Before it is sent, since it may come back before the call does.
        state.withLock { state in
            (state.isDue, state.lastSent) = (false, .now)
            state.unheard = state.unheard ?? .now
        }
        do {
            try database.write { try $0.execute(sql: "SELECT pg_notify('\(Self.channel)', '')") }
        } catch {
            // The others look without it a little later.
            state.withLock { $0.unheard = nil }
        }
    }

    private func hear(_ action: () -> Void) throws {
        let timeout = timeout
        let session = try hosts.connect(within: timeout) { (address, time) throws(SQLError) in
            try PostgreSQLSession(address, timeout: timeout, connecting: time)
        }
        try session.execute("LISTEN \(Self.channel)")
        // The first one shows whether any come through. What was committed before nobody has noticed.
        tell()
        action()
        while !isClosed {
            if try session.hears(by: Deadline(in: Self.patience)) {
                state.withLock { state in
                    (state.isHearing, state.unheard) = (true, nil)
                    state.count += 1
                }
                action()
                Thread.sleep(forTimeInterval: Self.gatheringSeconds)
            } else if let sent = state.withLock(\.unheard) {
                if sent.duration(to: .now) > Self.patience { throw Silence() }
            } else if !isHearing {
                // The last one could not be sent.
                tell()
            }
        }
    }
}
