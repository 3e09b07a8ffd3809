import CLinux
import Foundation
import Glibc

/// A port that two processes share (SO_REUSEPORT), while one of them leaves it to the other.
///
/// The kernel gives each new connection to one of the listening sockets, and resets those that wait in one that is closed.
/// So it is first told to prefer the other one (SO_ATTACH_REUSEPORT_CBPF, socket(7)). That knows the sockets by the order
/// in which they came; which of them is ours, a connection to ourselves tells.
struct PortHandover {
    /// How many sockets may share the port: where there are more, the kernel's preference would outlast the handover and
    /// give one of those that stay everything.
    static let members = 2

    private static let loopback = ["0.0.0.0": "127.0.0.1", "::": "127.0.0.1"]

    private let descriptor: Descriptor
    private let target: SocketAddress

    /// A connection to the port, closed with its owner, and the address that it comes from.
    struct Probe {
        let address: SocketAddress
        fileprivate let descriptor: Descriptor
    }

    /// The handover of a socket's port; nil where not just one other socket shares it.
    init?(of listener: ListeningSocket) {
        guard case .ip(let host, let port) = listener.address, Self.listeners(on: port) == Self.members,
            // One for all interfaces is asked on the loopback one.
            let found = try? SocketAddress.resolve(.ip(host: Self.loopback[host] ?? host, port: port)).first
        else { return nil }
        (descriptor, target) = (listener.descriptor, found)
    }

    /// Has new connections go to one of the sockets; false where the kernel can't do that.
    func choose(_ index: Int) -> Bool { choose_reused_port(descriptor.raw, UInt32(index)) == 0 }

    /// Has them shared again.
    func undo() { _ = share_reused_port(descriptor.raw) }

    /// Makes a connection to the port, which has arrived at a socket when it returns; nil where none could be made.
    func probe() -> Probe? {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let raw = socket(target.family, type, 0)
        guard raw >= 0 else { return nil }
        let descriptor = Descriptor(owning: raw)
        // Within a machine the handshake is over when connect(2) returns, unless the queue is full.
        guard target.withPointer({ connect(raw, $0, $1) }) == 0 || errno == EINPROGRESS else { return nil }
        var poll = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
        guard Glibc.poll(&poll, 1, 20) == 1, poll.revents & Int16(POLLERR | POLLHUP) == 0 else { return nil }
        var own = SocketAddress()
        guard own.fill({ getsockname(raw, $0, $1) }) == 0 else { return nil }
        return Probe(address: own.unmapped, descriptor: descriptor)
    }

    /// The most sockets that listen on a port at one address.
    private static func listeners(on port: UInt16) -> Int {
        let end = ":" + String(format: "%04X", Int(port))
        let counts = ["/proc/self/net/tcp", "/proc/self/net/tcp6"].map { path in
            let lines = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
            let addresses = lines.compactMap { line -> Substring? in
                // The number of the line, the local and the remote address, and the state, of which 0A is LISTEN.
                let fields = line.split(separator: " ", maxSplits: 4)
                return fields.count > 3 && fields[3] == "0A" && fields[1].hasSuffix(end) ? fields[1] : nil
            }
            return Dictionary(grouping: addresses) { $0 }.values.map(\.count).max() ?? 0
        }
        return counts.max() ?? 0
    }
}
