import HTTP
import Platform
import Synchronization

/// The memory that one request takes: its body, what is decoded from it, and its answer.
final class RequestMemory: Sendable {
    /// That of the request whose handler runs.
    @TaskLocal static var current: RequestMemory?

    private let budget: MemoryBudget
    private let reservation = Mutex<MemoryReservation?>(nil)

    /// How long a request waits for memory before it is refused.
    private static let patience = Duration.seconds(5)
    /// Less than this goes with the program itself.
    private static let smallBytes = 256 << 10

    init(of budget: MemoryBudget) { self.budget = budget }

    /// Takes so many bytes more, which may come to be free within some seconds.
    ///
    /// - Parameters:
    ///   - bytes: How many.
    ///   - waits: Whether to wait for them: not where the request holds others that somebody else may wait for.
    /// - Throws: `MemoryShortage`.
    func take(_ bytes: Int, waits: Bool) async throws {
        let deadline = ContinuousClock.now + Self.patience
        let wanted = (reservation.withLock { $0?.bytes } ?? 0) + bytes
        guard wanted > Self.smallBytes else { return }
        while true {
            let releases = budget.releases
            if tryTake(wanted) { return }
            let shortage = MemoryShortage("the request", needs: wanted, of: budget)
            guard waits, !shortage.isForGood, .now < deadline else { throw shortage }
            try await budget.release(after: releases, until: deadline)
        }
    }

    /// Takes so many bytes more, where they are there now; throws `MemoryShortage` where they aren't.
    func takeNow(_ bytes: Int) throws {
        let wanted = (reservation.withLock { $0?.bytes } ?? 0) + bytes
        guard wanted > Self.smallBytes, !tryTake(wanted) else { return }
        throw MemoryShortage("the request", needs: wanted, of: budget)
    }

    private func tryTake(_ bytes: Int) -> Bool {
        if let held = reservation.withLock({ $0 }) { return held.resize(to: bytes) }
        guard let new = budget.reserve(bytes, for: .requests) else { return false }
        reservation.withLock { $0 = new }
        return true
    }

    /// What keeps the memory of the answer reserved until it is sent, everything else being done; nil where it is small.
    func kept(for response: Response) -> (any Sendable)? {
        guard let held = reservation.withLock({ exchange(&$0, with: nil) }) else { return nil }
        _ = held.resize(to: min(held.bytes, response.byteCount))
        return held
    }
}

extension MemoryBudget {
    /// Waits until bytes have been given back more often than so many times, or until the deadline.
    ///
    /// - Throws: `CancellationError` where the task is cancelled.
    fileprivate func release(after count: Int, until deadline: ContinuousClock.Instant) async throws {
        let (events, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let wait = afterRelease(count) { continuation.yield() }
        let timer = Task {
            try await Task.sleep(until: deadline)
            continuation.finish()
        }
        var iterator = events.makeAsyncIterator()
        _ = await iterator.next()
        timer.cancel()
        withExtendedLifetime(wait) {}
        try Task.checkCancellation()
    }
}

/// Counts a body that is held while it comes, so that there is memory for it and for what is decoded from it.
struct HeldBody {
    private let memory: RequestMemory
    private let factor: Int
    private var counted = 0
    private var received = 0

    /// The bytes that decoding takes for each byte of a body, itself included.
    static let factor = 4

    /// A body of which nothing has come; nil where nobody counts.
    ///
    /// - Parameters:
    ///   - length: Its bytes, where they are known beforehand; there is memory for all of them then.
    ///   - factor: The bytes that come of each byte, itself included.
    /// - Throws: `MemoryShortage`.
    init?(length: Int?, factor: Int = factor) async throws {
        guard let memory = RequestMemory.current else { return nil }
        (self.memory, self.factor) = (memory, factor)
        guard let length else { return }
        try await memory.take(factor * length, waits: true)
        counted = length
    }

    /// Counts the next bytes, before they are kept; throws `MemoryShortage`.
    mutating func add(_ count: Int) async throws {
        if received + count > counted {
            // Grown by halves, as the array of the bytes is.
            let next = max(received + count, counted + counted / 2)
            try await memory.take(factor * (next - counted), waits: counted == 0)
            counted = next
        }
        received += count
    }
}

extension RequestBody {
    /// The whole body, once there is memory for it and for what is decoded from it.
    ///
    /// - Parameters:
    ///   - length: Its bytes, where they are known beforehand.
    ///   - limit: The most bytes that it may have.
    /// - Returns: Its bytes, decoded.
    /// - Throws: `MemoryShortage`, and what `collect` throws.
    func collectCounted(length: @autoclosure () -> Int?, upTo limit: Int = .max) async throws -> [UInt8] {
        guard whole == nil else { return try await collect(upTo: limit) }
        let length = length()
        guard var held = try await HeldBody(length: length) else { return try await collect(upTo: limit) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Swift.min(length ?? 0, limit))
        for try await chunk in BoundedBody(body: self, limit: limit) {
            try await held.add(chunk.count)
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }
}
