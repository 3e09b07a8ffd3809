import Glibc

/// An IPv4 or IPv6 address; an IPv4 one is held as its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2).
struct IPAddress: Sendable, Equatable {
    /// The bytes in network order.
    private(set) var bytes: InlineArray<16, UInt8> = InlineArray(repeating: 0)

    static func == (left: IPAddress, right: IPAddress) -> Bool {
        left.sharesPrefix(of: 128, with: right)
    }

    /// Reads four decimal numbers with dots between them, or an IPv6 address without brackets; nil for all else, such as
    /// the shorter and the octal forms that inet_aton(3) takes.
    init?(_ literal: Span<UInt8>) {
        var hasColon = false
        for index in 0..<literal.count where literal[index] == UInt8(ascii: ":") { hasColon = true }
        guard hasColon ? readVersion6(literal) : readVersion4(literal) else { return nil }
    }

    init?(_ literal: String) {
        let bytes = Array(literal.utf8)
        self.init(bytes.span)
    }

    /// Whether it is an IPv4 address.
    var isVersion4: Bool {
        for index in 0..<10 where bytes[index] != 0 { return false }
        return bytes[10] == 0xFF && bytes[11] == 0xFF
    }

    /// Whether packets to it stay on the machine (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    var isLoopback: Bool {
        if isVersion4 { return bytes[12] == 127 }
        for index in 0..<15 where bytes[index] != 0 { return false }
        return bytes[15] == 1
    }

    /// Whether the first `count` bits are those of another address.
    func sharesPrefix(of count: Int, with other: IPAddress) -> Bool {
        for index in 0..<count / 8 where bytes[index] != other.bytes[index] { return false }
        let rest = count % 8
        return rest == 0 || (bytes[count / 8] ^ other.bytes[count / 8]) >> UInt8(8 - rest) == 0
    }

    private mutating func readVersion4(_ literal: Span<UInt8>) -> Bool {
        var part = 0
        var (value, digits) = (0, 0)
        for index in 0...literal.count {
            if index == literal.count || literal[index] == UInt8(ascii: ".") {
                guard digits > 0, part < 4 else { return false }
                bytes[12 + part] = UInt8(value)
                part += 1
                (value, digits) = (0, 0)
            } else {
                guard Grammar.isDigit(literal[index]), digits == 0 || value > 0 else { return false }
                value = value * 10 + Int(literal[index] - 0x30)
                digits += 1
                guard value < 256 else { return false }
            }
        }
        (bytes[10], bytes[11]) = (0xFF, 0xFF)
        return part == 4
    }

    private mutating func readVersion6(_ literal: Span<UInt8>) -> Bool {
        guard literal.count < Int(INET6_ADDRSTRLEN) else { return false }
        var address = in6_addr()
        let isRead = withUnsafeTemporaryAllocation(of: CChar.self, capacity: literal.count + 1) { text in
            for index in 0..<literal.count { text[index] = CChar(truncatingIfNeeded: literal[index]) }
            text[literal.count] = 0
            // An allocation of one character or more has an address.
            return text.baseAddress.map { inet_pton(AF_INET6, $0, &address) == 1 } ?? false
        }
        take(&address)
        return isRead
    }

    private mutating func take(_ address: inout in6_addr) {
        withUnsafeBytes(of: &address) { source in
            for index in 0..<16 { bytes[index] = source[index] }
        }
    }
}

extension IPAddress {
    /// The address of a peer or a listener; nil for a Unix domain socket.
    init?(_ address: SocketAddress) {
        switch address.family {
        case AF_INET:
            (bytes[10], bytes[11]) = (0xFF, 0xFF)
            withUnsafeBytes(of: address.storage) { source in
                let start = MemoryLayout<sockaddr_in>.offset(of: \.sin_addr) ?? 0
                for index in 0..<4 { bytes[12 + index] = source[start + index] }
            }
        case AF_INET6:
            withUnsafeBytes(of: address.storage) { source in
                let start = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 0
                for index in 0..<16 { bytes[index] = source[start + index] }
            }
        default: return nil
        }
    }
}
