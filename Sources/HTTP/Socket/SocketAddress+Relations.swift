import Glibc

/// How addresses stand to one another.
extension SocketAddress {
    /// Whether it is the address of all interfaces, `0.0.0.0` or `::`.
    var isWildcard: Bool {
        switch family {
        case AF_INET: withUnsafeBytes(of: storage) { $0.load(as: sockaddr_in.self).sin_addr.s_addr == 0 }
        case AF_INET6:
            withUnsafeBytes(of: storage) { source in
                var address = source.load(as: sockaddr_in6.self).sin6_addr
                return withUnsafeBytes(of: &address) { $0.allSatisfy { $0 == 0 } }
            }
        default: false
        }
    }

    /// Whether both are the same, port and all.
    func isSame(as other: SocketAddress) -> Bool {
        guard length == other.length else { return false }
        return withUnsafeBytes(of: storage) { left in
            withUnsafeBytes(of: other.storage) { right in
                left.prefix(Int(length)).elementsEqual(right.prefix(Int(length)))
            }
        }
    }

    /// Whether a socket that is bound to it gets the connections to the other one too: `::` takes in IPv4 here.
    func takesIn(_ other: SocketAddress) -> Bool {
        if isSame(as: other) { return true }
        guard isWildcard, port == other.port else { return false }
        return other.family == family || (family == AF_INET6 && other.family == AF_INET)
    }

    /// The same address with another port.
    func with(port: UInt16) -> SocketAddress {
        var address = self
        guard self.port != nil else { return address }
        withUnsafeMutableBytes(of: &address.storage) { bytes in
            bytes.storeBytes(of: port.bigEndian, toByteOffset: Self.portOffset, as: UInt16.self)
        }
        return address
    }

    /// An IPv4-mapped IPv6 address, as a client of IPv4 has on a socket for both, as the IPv4 address that it is; any
    /// other as it is.
    var unmapped: SocketAddress {
        guard family == AF_INET6, let address = IPAddress(self), address.isVersion4 else { return self }
        var plain = sockaddr_in()
        plain.sin_family = sa_family_t(AF_INET)
        plain.sin_port = (port ?? 0).bigEndian
        withUnsafeMutableBytes(of: &plain.sin_addr) { target in
            for index in 0..<4 { target[index] = address.bytes[12 + index] }
        }
        var result = SocketAddress()
        withUnsafeMutableBytes(of: &result.storage) { target in
            withUnsafeBytes(of: plain) { target.copyMemory(from: $0) }
        }
        result.length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return result
    }

    /// The port; nil for a Unix domain socket.
    private var port: UInt16? {
        guard family == AF_INET || family == AF_INET6 else { return nil }
        return withUnsafeBytes(of: storage) { source in
            UInt16(bigEndian: source.load(fromByteOffset: Self.portOffset, as: UInt16.self))
        }
    }

    /// Where the port is in the addresses of both versions.
    private static let portOffset = MemoryLayout<sockaddr_in>.offset(of: \.sin_port) ?? 2
}
