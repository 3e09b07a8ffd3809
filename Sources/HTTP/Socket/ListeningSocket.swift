import CLinux
import Glibc

/// A socket that takes connections.
struct ListeningSocket: Sendable {
    let descriptor: Descriptor
    /// The address that was bound, with the port that the system chose where 0 was asked for.
    let address: ListenAddress
    /// Held open so that one connection can still be taken, and closed at once, when no descriptor is left.
    private var reserve: Descriptor?

    /// Binds and listens on one address.
    init(_ wanted: ListenAddress, _ resolved: SocketAddress, backlog: Int32, reusePort: Bool) throws(SystemError) {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let raw = socket(resolved.family, type, 0)
        guard raw >= 0 else { throw SystemError("open a socket for \(wanted)") }
        descriptor = Descriptor(owning: raw)
        if case .unix(let path) = wanted {
            try Self.removeStale(path, resolved)
        } else {
            try Self.set(SO_REUSEADDR, SOL_SOCKET, raw)
            if reusePort { try Self.set(SO_REUSEPORT, SOL_SOCKET, raw) }
            if resolved.family == AF_INET6 {
                // `::` takes IPv4 too, whatever the system's own default.
                try Self.set(IPV6_V6ONLY, Int32(IPPROTO_IPV6), raw, to: resolved.isWildcard ? 0 : 1)
            }
        }
        guard resolved.withPointer({ bind(raw, $0, $1) }) == 0 else { throw SystemError("bind \(wanted)") }
        guard listen(raw, backlog) == 0 else { throw SystemError("listen on \(wanted)") }
        // A process that was here before may have told the kernel whom to prefer, when it handed the port over.
        if reusePort { _ = share_reused_port(raw) }
        var bound = SocketAddress()
        guard bound.fill({ getsockname(raw, $0, $1) }) == 0 else { throw SystemError("getsockname of \(wanted)") }
        address = bound.hostAndPort.map { .ip(host: $0.host, port: $0.port) } ?? wanted
        reserve = Self.openReserve()
    }

    enum Accepted {
        case connection(Descriptor, SocketAddress)
        /// Nobody waits.
        case none
        /// One connection was refused, or the system lacks something for now.
        case exhausted(SystemError)
    }

    /// Takes the next connection.
    mutating func accept() -> Accepted {
        var peer = SocketAddress()
        while true {
            let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let raw = peer.fill { accept4(descriptor.raw, $0, $1, flags) }
            guard raw < 0 else { return .connection(Descriptor(owning: raw), peer.unmapped) }
            switch errno {
            case EINTR, ECONNABORTED, EPROTO, EPERM: continue
            case EAGAIN: return .none
            case EMFILE, ENFILE:
                let error = SystemError("accept")
                turnAwayOne()
                return .exhausted(error)
            default: return .exhausted(SystemError("accept"))
            }
        }
    }

    /// Removes the file of a Unix domain socket.
    func removeFile() {
        if case .unix(let path) = address { unlink(path) }
    }

    /// Uses the reserved descriptor to take one connection and close it, so that the client is not left waiting.
    private mutating func turnAwayOne() {
        guard reserve != nil else {
            reserve = Self.openReserve()
            return
        }
        reserve = nil
        let raw = accept4(descriptor.raw, nil, nil, 0)
        if raw >= 0 { close(raw) }
        reserve = Self.openReserve()
    }

    private static func openReserve() -> Descriptor? {
        let raw = open("/dev/null", O_RDONLY | O_CLOEXEC)
        return raw >= 0 ? Descriptor(owning: raw) : nil
    }

    private static func set(_ option: Int32, _ level: Int32, _ raw: Int32, to value: Int32 = 1) throws(SystemError) {
        var value = value
        guard setsockopt(raw, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw SystemError("setsockopt")
        }
    }

    /// Removes a socket file that nobody answers on; a file of another kind or a live socket stays.
    private static func removeStale(_ path: String, _ address: SocketAddress) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SystemError("bind unix:\(path), where a file that is no socket stands", code: EEXIST)
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { throw SystemError("open a socket for unix:\(path)") }
        defer { close(probe) }
        guard address.withPointer({ connect(probe, $0, $1) }) != 0 else {
            throw SystemError("bind unix:\(path)", code: EADDRINUSE)
        }
        unlink(path)
    }
}
