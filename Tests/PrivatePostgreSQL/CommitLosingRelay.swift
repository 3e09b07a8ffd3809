import Foundation
import Synchronization

/// Passes bytes between clients and a PostgreSQL on loopback, and ends a connection over a commit when it is told to.
public final class CommitLosingRelay: Sendable {
    /// What gets lost.
    public enum Loss: Sendable {
        /// Nothing.
        case nothing
        /// The commit itself, which the server never sees.
        case commit
        /// The answer to it.
        case answer
    }

    private let state = Mutex((next: Loss.nothing, losses: 0))
    private let listener: Int32
    private let port: UInt16

    /// Why there is none.
    private struct Failure: Error {
        let call: String
        let code = errno
    }

    /// Begins to listen.
    ///
    /// - Parameter url: The URL of the server.
    /// - Throws: An error where there is no socket.
    public init(to url: String) throws {
        guard let port = URLComponents(string: url)?.port.flatMap(UInt16.init) else { throw Failure(call: "reading") }
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Self.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, size) == 0 && Glibc.listen(listener, 16) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard isListening else { throw Failure(call: "listening") }
        self.port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                var address = Self.loopback(port)
                let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    }
                }
                guard isConnected else { Self.end([client, server]); continue }
                relay(client, server)
            }
        }
    }

    deinit { Self.end([listener]) }

    /// Has the connection over which the next commit comes lose something, and end.
    public func lose(_ loss: Loss) { state.withLock { $0.next = loss } }

    /// How many connections have lost something.
    public var losses: Int { state.withLock(\.losses) }

    /// What is to get lost; nothing more after it.
    private func takeLoss() -> Loss {
        state.withLock { state in
            defer { state.next = .nothing }
            if state.next != .nothing { state.losses += 1 }
            return state.next
        }
    }

    /// A URL of the server by way of this relay.
    public func url(_ url: String) -> String {
        var parts = URLComponents(string: url)
        parts?.port = Int(port)
        return parts?.string ?? url
    }

    private func relay(_ client: Int32, _ server: Int32) {
        let group = DispatchGroup()
        let losesAnswer = Flag()
        for (from, to, isAnswer) in [(client, server, false), (server, client, true)] {
            group.enter()
            Thread.detachNewThread { [weak self] in
                defer { group.leave() }
                var bytes = [UInt8](repeating: 0, count: 1 << 16)
                while true {
                    let count = read(from, &bytes, bytes.count)
                    guard count > 0 else { break }
                    if isAnswer {
                        if losesAnswer.isSet.load(ordering: .acquiring) { break }
                    } else if bytes[..<count].contains(Array("COMMIT".utf8)) {
                        let loss = self?.takeLoss() ?? .nothing
                        if loss == .commit { break }
                        if loss == .answer { losesAnswer.isSet.store(true, ordering: .releasing) }
                    }
                    guard write(to, bytes, count) == count else { break }
                }
                shutdown(client, Int32(SHUT_RDWR))
                shutdown(server, Int32(SHUT_RDWR))
            }
        }
        group.notify(queue: .global()) { Self.close([client, server]) }
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func end(_ sockets: [Int32]) {
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        close(sockets)
    }

    private static func close(_ sockets: [Int32]) { for socket in sockets { Glibc.close(socket) } }
}
