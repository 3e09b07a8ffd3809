import Glibc

/// Where a server listens.
public enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A host name, an IPv4 or an IPv6 address, and a port; port 0 takes a free one.
    case ip(host: String, port: UInt16)

    /// A Unix domain socket at that path.
    case unix(path: String)

    /// The address as in a URL, or the path.
    public var description: String {
        switch self {
        case .ip(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Whether only programs on this machine can connect.
    public var isLocal: Bool {
        switch self {
        case .ip(let host, _): host == "localhost" || IPAddress(host)?.isLoopback == true
        case .unix: true
        }
    }
}

/// A socket address as the operating system holds it.
struct SocketAddress: Sendable {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    var family: Int32 { Int32(storage.ss_family) }

    /// Every address that the name stands for.
    static func resolve(_ address: ListenAddress) throws(SystemError) -> [SocketAddress] {
        switch address {
        case .unix(let path): return [try SocketAddress(unixPath: path)]
        case .ip(let host, let port):
            var hints = addrinfo()
            hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            let status = getaddrinfo(host, String(port), &hints, &list)
            guard status == 0 else {
                throw SystemError(
                    "find the address of \"\(host)\" (\(String(cString: gai_strerror(status))))",
                    code: EINVAL
                )
            }
            defer { freeaddrinfo(list) }
            var found: [SocketAddress] = []
            var next = list
            while let info = next {
                if let address = info.pointee.ai_addr {
                    found.append(SocketAddress(copying: address, length: info.pointee.ai_addrlen))
                }
                next = info.pointee.ai_next
            }
            return found
        }
    }

    init() {}

    private init(copying address: UnsafePointer<sockaddr>, length: socklen_t) {
        withUnsafeMutableBytes(of: &storage) { target in
            target.copyMemory(from: UnsafeRawBufferPointer(start: address, count: min(Int(length), target.count)))
        }
        self.length = length
    }

    private init(unixPath path: String) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemError("use the socket path \"\(path)\"", code: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        self.init()
        withUnsafeMutableBytes(of: &storage) { target in
            withUnsafeBytes(of: address) { target.copyMemory(from: $0) }
        }
        length = socklen_t(MemoryLayout<sockaddr_un>.size)
    }

    /// Calls with the pointer that the socket functions take.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Lets a socket function fill the address in.
    mutating func fill<Result>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
    ) -> Result {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
    }

    /// The host without brackets, and the port; nil for a Unix domain socket.
    var hostAndPort: (host: String, port: UInt16)? {
        guard family == AF_INET || family == AF_INET6 else { return nil }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let status = withPointer { address, length in
            getnameinfo(
                address,
                length,
                &host,
                socklen_t(host.count),
                &service,
                socklen_t(service.count),
                NI_NUMERICHOST | NI_NUMERICSERV
            )
        }
        guard status == 0 else { return nil }
        return (Self.text(host), UInt16(Self.text(service)) ?? 0)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
