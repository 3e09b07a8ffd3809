import ModelStore
import Platform
import Synchronization

/// What stateful models remember of their clients, each by a name that the client chose.
///
/// They live in the process and are bounded: the one that was used least recently goes first. Requests of one session
/// go one after the other.
final class Sessions: Sendable {
    /// What a session has behind it: the version that answered, the rows that it has, and what is remembered of each.
    struct Memory: Sendable {
        let version: VersionIdentity
        let rows: Int
        let states: [Float]
    }

    /// A session of a model.
    fileprivate struct Name: Hashable {
        let model: String
        /// Its bytes, since texts of other bytes may be equal to Unicode.
        let session: [UInt8]
    }

    /// A session, and the last request in it: what it leaves is what the next one finds.
    fileprivate struct Entry {
        var last: Task<Memory?, Never>
        var bytes: Int
        var use: UInt64
    }

    fileprivate struct State {
        var entries: [Name: Entry] = [:]
        var uses: UInt64 = 0
        var bytes = 0
    }

    private let state = Mutex(State())
    /// How many sessions there may be, and how many bytes all may remember.
    private let limit: Int, byteLimit: Int
    /// What all take of the memory; nil where there was none even for nothing.
    private let held: MemoryReservation?
    /// One count after the other, so that the last one stays.
    private let counting = Mutex(())

    /// The name of a session: code points.
    static let lengths = 1...128

    /// No sessions yet.
    ///
    /// - Parameters:
    ///   - memory: What sessions draw on; where it has no more, those that were used least recently go.
    ///   - limit: How many there may be.
    ///   - byteLimit: How many bytes all may remember.
    init(memory: MemoryBudget, limit: Int = 10_000, byteLimit: Int = 1 << 26) {
        (self.limit, self.byteLimit) = (limit, byteLimit)
        held = memory.reserve(0, for: .models)
    }

    /// Goes on in a session.
    ///
    /// - Parameters:
    ///   - session: Its name.
    ///   - model: The model's.
    ///   - body: Answers what is asked, on what the session remembers, nil for nothing; gives the answer and what is
    ///     remembered then. Where it throws, the session stays as it was.
    /// - Returns: The answer.
    /// - Throws: What `body` throws.
    func go<Answer: Sendable>(
        on session: String,
        of model: String,
        _ body: @escaping @Sendable (Memory?) async throws -> (answer: Answer, memory: Memory)
    ) async throws -> Answer {
        let name = Name(model: model, session: Array(session.utf8))
        let work = state.withLock { state in
            let before = state.entries[name]?.last
            let work = Task { () -> (result: Result<Answer, any Error>, memory: Memory?) in
                let memory = await before?.value
                do {
                    let (answer, memory) = try await body(memory)
                    return (.success(answer), memory)
                } catch {
                    return (.failure(error), memory)
                }
            }
            state.keep(Task { await work.value.memory }, as: name)
            return work
        }
        let (result, memory) = await work.value
        state.withLock { state in
            state.note(bytes: Self.entryBytes + (memory?.states.count ?? 0) * MemoryLayout<Float>.stride, of: name)
            state.bound(limit, byteLimit)
        }
        countMemory()
        return try result.get()
    }

    /// What a session takes beside what it remembers: its name, and the task that holds the rest.
    private static let entryBytes = 512

    /// Counts what the sessions take now; the ones that were used least recently go where that is not there.
    private func countMemory() {
        guard let held else { return }
        counting.withLock { _ in
            while !held.resize(to: state.withLock { $0.bytes }), state.withLock({ $0.forgetOldest() }) {}
        }
    }

    /// Forgets a session of a model, or all of them.
    func reset(_ session: String?, of model: String) {
        let wanted = session.map { Array($0.utf8) }
        state.withLock { state in
            for name in state.entries.keys where name.model == model && (wanted == nil || name.session == wanted) {
                state.forget(name)
            }
        }
        countMemory()
    }
}

extension Sessions.State {
    fileprivate mutating func keep(_ last: Task<Sessions.Memory?, Never>, as name: Sessions.Name) {
        uses += 1
        entries[name] = Sessions.Entry(last: last, bytes: entries[name]?.bytes ?? 0, use: uses)
    }

    fileprivate mutating func note(bytes now: Int, of name: Sessions.Name) {
        guard let known = entries[name]?.bytes else { return }
        bytes += now - known
        entries[name]?.bytes = now
    }

    fileprivate mutating func forget(_ name: Sessions.Name) {
        guard let entry = entries.removeValue(forKey: name) else { return }
        bytes -= entry.bytes
    }

    fileprivate mutating func bound(_ limit: Int, _ byteLimit: Int) {
        while entries.count > limit || bytes > byteLimit, forgetOldest() {}
    }

    /// Forgets the session that was used least recently; false where there is no other.
    fileprivate mutating func forgetOldest() -> Bool {
        guard entries.count > 1, let oldest = entries.min(by: { $0.value.use < $1.value.use }) else { return false }
        forget(oldest.key)
        return true
    }
}
