import Dispatch
import Glibc

/// A client that sends the bytes it is told to and reads what comes, off the pool that handlers run on.
final class RawClient: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private let queue = DispatchQueue(label: "raw client")

    /// A socket that has its descriptor and is not yet connected.
    struct Unconnected {
        private let descriptor: Int32
        private let port: UInt16

        init(port: UInt16) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw Failure(description: "socket: errno \(errno)") }
            self.port = port
        }

        /// Connects to the port on the IPv4 loopback address.
        func connect() throws -> RawClient {
            try RawClient(descriptor, RawClient.loopback(port))
        }
    }

    /// Connects to the port on the IPv4 loopback address.
    convenience init(port: UInt16) throws {
        try self.init(Self.loopback(port), family: AF_INET)
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Connects to the port on the IPv6 loopback address.
    convenience init(portOnIPv6 port: UInt16) throws {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0[15] = 1 }
        try self.init(address, family: AF_INET6)
    }

    /// Connects to a Unix domain socket.
    convenience init(path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try self.init(address, family: AF_UNIX)
    }

    private convenience init<Address>(_ address: Address, family: Int32) throws {
        try self.init(socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0), address)
    }

    private init<Address>(_ descriptor: Int32, _ address: Address) throws {
        self.descriptor = descriptor
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard status == 0 else { throw Failure(description: "connect: errno \(errno)") }
        // A test that waits for an answer that never comes fails rather than hangs.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    /// Makes the receive buffer small, so that a server soon notices a client that does not read.
    func shrinkReceiveBuffer() {
        var size: Int32 = 4_096
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await offPool { [descriptor] in
            var start = 0
            while start < bytes.count {
                let count = bytes.withUnsafeBytes { buffer in
                    Glibc.send(
                        descriptor,
                        buffer.baseAddress.map { $0 + start },
                        buffer.count - start,
                        Int32(MSG_NOSIGNAL)
                    )
                }
                guard count > 0 else { throw Failure(description: "send: errno \(errno)") }
                start += count
            }
        }
    }

    /// Sends what the socket takes without waiting; returns the number of bytes.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        max(0, Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)))
    }

    func endOutput() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Breaks the connection with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
        // Connecting to no address dissolves the connection at once, as closing would.
        var address = sockaddr()
        address.sa_family = sa_family_t(AF_UNSPEC)
        connect(descriptor, &address, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// Everything until the server closes.
    func readToEnd() async throws -> String {
        try await offPool { [descriptor] in
            var bytes: [UInt8] = []
            while let piece = try Self.receive(descriptor) { bytes += piece }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Bytes until they end in `mark`.
    func read(through mark: String) async throws -> String {
        let mark = Array(mark.utf8)
        return try await offPool { [descriptor] in
            var bytes: [UInt8] = []
            while bytes.suffix(mark.count) != mark[...] {
                guard let byte = try Self.receive(descriptor, limit: 1) else {
                    throw Failure(description: "closed after \(String(decoding: bytes.prefix(200), as: UTF8.self))")
                }
                bytes += byte
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// That many bytes.
    func read(count: Int) async throws -> [UInt8] {
        try await offPool { [descriptor] in
            var bytes: [UInt8] = []
            while bytes.count < count {
                guard let piece = try Self.receive(descriptor, limit: count - bytes.count) else {
                    throw Failure(description: "closed after \(bytes.count) of \(count) bytes")
                }
                bytes += piece
            }
            return bytes
        }
    }

    private static func receive(_ descriptor: Int32, limit: Int = 65_536) throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, limit, 0)
        guard count >= 0 else {
            if errno == ECONNRESET { return nil }
            throw Failure(description: errno == EAGAIN ? "nothing came for 20 s" : "recv: errno \(errno)")
        }
        return count == 0 ? nil : Array(buffer[..<count])
    }

    private func offPool<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: .init(catching: body)) }
        }
    }
}
