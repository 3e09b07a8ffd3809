import Foundation
import NN
import Synchronization
import Testing

/// A rank of a group of threads that speak through pairs of sockets.
final class SocketRanks: RankGroup {
    let rank: Int
    let count: Int
    private let descriptors: [Int32]
    /// How many exchanges this rank still takes part in; nil for all.
    private var left: Int?

    /// What ends a rank on purpose, or tells that another is gone.
    struct Lost: Error {}

    private init(rank: Int, descriptors: [Int32], left: Int?) {
        (self.rank, count, self.descriptors, self.left) = (rank, descriptors.count, descriptors, left)
    }

    func exchange(_ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with peer: Int) throws {
        if let left {
            guard left > 0 else {
                for descriptor in descriptors where descriptor >= 0 { shutdown(descriptor, Int32(SHUT_RDWR)) }
                throw Lost()
            }
            self.left = left - 1
        }
        var (out, into) = (sent[...], received[...])
        while !out.isEmpty || !into.isEmpty {
            let events = Int16((out.isEmpty ? 0 : POLLOUT) | (into.isEmpty ? 0 : POLLIN))
            var waiting = pollfd(fd: descriptors[peer], events: events, revents: 0)
            guard poll(&waiting, 1, 60_000) == 1 else { throw Lost() }
            if !into.isEmpty, waiting.revents & Int16(POLLIN | POLLHUP) != 0 {
                let count = recv(
                    descriptors[peer],
                    UnsafeMutableRawBufferPointer(rebasing: into).baseAddress,
                    into.count,
                    0
                )
                guard count > 0 else { throw Lost() }
                into = into.dropFirst(count)
            }
            if !out.isEmpty, waiting.revents & Int16(POLLOUT | POLLHUP | POLLERR) != 0 {
                let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                let count = send(descriptors[peer], UnsafeRawBufferPointer(rebasing: out).baseAddress, out.count, flags)
                guard count > 0 else { throw Lost() }
                out = out.dropFirst(count)
            }
        }
    }

    /// Runs a rank on each of some threads.
    ///
    /// - Parameters:
    ///   - count: How many ranks there are.
    ///   - leaving: A rank that ends after so many exchanges; nil for none.
    ///   - body: What each rank does.
    /// - Returns: What came of each.
    /// - Throws: Where the system gives no sockets.
    static func run<Outcome: Sendable>(
        _ count: Int,
        leaving: (rank: Int, exchanges: Int)? = nil,
        _ body: @escaping @Sendable (SocketRanks) throws -> Outcome
    ) throws -> [Result<Outcome, any Error>] {
        var mesh = Array(repeating: Array(repeating: Int32(-1), count: count), count: count)
        for first in 0..<count {
            for second in first + 1..<max(count, first + 1) {
                var pair: [Int32] = [0, 0]
                try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
                (mesh[first][second], mesh[second][first]) = (pair[0], pair[1])
            }
        }
        let outcomes = Mutex<[Int: Result<Outcome, any Error>]>([:])
        let done = DispatchGroup()
        for rank in 0..<count {
            let descriptors = mesh[rank]
            done.enter()
            let thread = Thread {
                let left = leaving.flatMap { $0.rank == rank ? $0.exchanges : nil }
                let outcome = Result { try body(SocketRanks(rank: rank, descriptors: descriptors, left: left)) }
                // Who has ended is gone for the others.
                for descriptor in descriptors where descriptor >= 0 { shutdown(descriptor, Int32(SHUT_RDWR)) }
                outcomes.withLock { $0[rank] = outcome }
                done.leave()
            }
            thread.stackSize = 4 << 20
            thread.start()
        }
        done.wait()
        for descriptor in mesh.joined() where descriptor >= 0 { close(descriptor) }
        return try (0..<count).map { rank in try #require(outcomes.withLock { $0[rank] }) }
    }
}
