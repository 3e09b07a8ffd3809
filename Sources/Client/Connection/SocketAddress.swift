internal import Foundation

/// An address as the kernel takes it.
struct SocketAddress: Sendable {
    /// `AF_INET`, `AF_INET6` or `AF_UNIX`.
    let family: Int32
    /// The bytes of the structure of that family.
    let bytes: [UInt8]

    /// The address of a Unix domain socket; a path that is too long is cut.
    static func unix(path: String) -> SocketAddress {
        var local = sockaddr_un()
        local.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &local.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return SocketAddress(family: AF_UNIX, bytes: withUnsafeBytes(of: local) { Array($0) })
    }
}
