import Glibc

/// Why a server cannot listen.
public struct ListenError: Error, Sendable, CustomStringConvertible {
    /// The address that was asked for.
    public let address: ListenAddress

    /// What failed.
    public let reason: SystemError

    /// The address and the reason in one line.
    public var description: String {
        "cannot listen on \(address): \(reason)\(advice)"
    }

    /// What to do where that is not the system's own message's to say.
    private var advice: String {
        guard case .ip(let host, _) = address else { return "" }
        let isVersion6 = host.contains(":")
        switch reason.code {
        case EAFNOSUPPORT where isVersion6: return "; there is no IPv6 here: use an IPv4 address such as 0.0.0.0"
        case EADDRNOTAVAIL:
            return "; no network interface here has this address" + (isVersion6 ? ", or IPv6 is switched off" : "")
        default: return ""
        }
    }
}
