import CRanks
import CSandbox
import Foundation

/// The process that speaks to the other ranks for one of this program's, and the socket to it.
///
/// It belongs to one thread at a time. No call waits beyond its deadline, whatever the other process does: that is killed
/// then, and the ranks it spoke to lose it.
final class RankChannel {
    /// The other process.
    let process: Int32
    private let socket: Int32
    /// Asked about once a second while something is waited for; what it throws ends the wait.
    var look: () throws -> Void = {}

    /// The program's argument with which it does nothing else than that.
    static let argument = "--speak-to-ranks"

    /// How much the socket may hold.
    private static let room: Int32 = 4 << 20
    /// How long something is waited for before `look` is asked again.
    private static let tick: Int32 = 500

    /// Starts the process.
    ///
    /// - Throws: `RankLost` where the system starts none.
    init() throws {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw RankLost("the system gives no socket") }
        for end in ends {
            var room = Self.room
            for option in [SO_SNDBUF, SO_RCVBUF] {
                setsockopt(end, SOL_SOCKET, option, &room, socklen_t(MemoryLayout<Int32>.size))
            }
        }
        process = sandbox_start("/proc/self/exe", Self.argument, ends[1], ends[1])
        socket = ends[0]
        close(ends[1])
        guard process > 0 else {
            close(socket)
            throw RankLost("the system starts no process to speak to other ranks")
        }
    }

    deinit {
        close(socket)
        kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    /// Serves another process's requests, in a program that was started with `argument`.
    ///
    /// - Returns: The exit status.
    static func serve() -> Int32 { rank_serve(RankLibrary.path) }

    /// Sends a message, and what stands behind it.
    func send(
        _ kind: Int,
        _ first: Int = 0,
        _ second: Int = 0,
        _ third: Int = 0,
        _ bytes: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        until deadline: ContinuousClock.Instant
    ) throws {
        var message = rank_message(
            kind: UInt64(kind),
            first: UInt64(first),
            second: UInt64(second),
            third: UInt64(third)
        )
        try withUnsafeBytes(of: &message) { try put($0, until: deadline) }
        try put(bytes, until: deadline)
    }

    /// The next message.
    func next(until deadline: ContinuousClock.Instant) throws -> (kind: Int, first: Int, second: Int) {
        var message = rank_message()
        try withUnsafeMutableBytes(of: &message) { try fill($0, until: deadline) }
        return (
            Int(truncatingIfNeeded: message.kind), Int(truncatingIfNeeded: message.first),
            Int(truncatingIfNeeded: message.second)
        )
    }

    /// The next bytes, as a text.
    func text(_ count: Int, until deadline: ContinuousClock.Instant) throws -> String {
        String(decoding: try bytes(count, until: deadline), as: UTF8.self)
    }

    /// The next bytes.
    func bytes(_ count: Int, until deadline: ContinuousClock.Instant) throws -> [UInt8] {
        guard (0...1 << 16).contains(count) else { throw RankLost("the process that speaks to ranks makes no sense") }
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try fill($0, until: deadline) }
        return bytes
    }

    /// Fills memory with the next bytes.
    func fill(_ bytes: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant) throws {
        var filled = 0
        while filled < bytes.count {
            try wait(for: POLLIN, until: deadline)
            let count = recv(socket, bytes.baseAddress?.advanced(by: filled), bytes.count - filled, Self.flags)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw Self.gone }
            filled += count
        }
    }

    private func put(_ bytes: UnsafeRawBufferPointer, until deadline: ContinuousClock.Instant) throws {
        var put = 0
        while put < bytes.count {
            try wait(for: POLLOUT, until: deadline)
            let count = Glibc.send(socket, bytes.baseAddress?.advanced(by: put), bytes.count - put, Self.flags)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw Self.gone }
            put += count
        }
    }

    private static let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    private static let gone = RankLost("the process that speaks to the other ranks has ended")

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws {
        var wanted = pollfd(fd: socket, events: Int16(events), revents: 0)
        while true {
            let count = poll(&wanted, 1, Self.tick)
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw Self.gone }
            if ContinuousClock.now > deadline { throw RankLost("the other ranks don't answer") }
            try look()
        }
    }
}
