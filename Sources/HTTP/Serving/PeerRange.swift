/// Clients that are named by their addresses: one, a range of them, or all that come by a Unix domain socket.
public struct PeerRange: Sendable, Equatable {
    /// The first address and how many of its bits count; nil for Unix domain sockets.
    private let range: Range?

    private struct Range: Equatable {
        let address: IPAddress
        let bits: Int
    }

    /// Reads an IPv4 or IPv6 address, a range in CIDR notation such as `10.0.0.0/8` (RFC 4632 §3.1), or `unix`; nil for all
    /// else.
    public init?(_ text: String) {
        guard text != "unix" else {
            range = nil
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.isVersion4 ? 32 : 128
        var bits = width
        if parts.count > 1 {
            guard parts[1].utf8.allSatisfy(Grammar.isDigit), let count = Int(parts[1]), count <= width else {
                return nil
            }
            bits = count
        }
        range = Range(address: address, bits: 128 - width + bits)
    }

    /// Whether a client is one of them.
    func contains(_ peer: PeerAddress) -> Bool {
        guard let range else { return peer.isOnUnixSocket }
        return peer.address.map { range.address.sharesPrefix(of: range.bits, with: $0) } ?? false
    }
}
