import Foundation
import Testing

/// A port of the loopback interface on which nothing is ever answered.
final class SilentSocket: Sendable {
    /// The port.
    let port: UInt16
    private let descriptor: Int32

    /// A port that connections reach, or one that is taken and refuses them.
    init(isListening: Bool) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try #require(isBound && (!isListening || listen(descriptor, 16) == 0))
    }

    deinit { close(descriptor) }
}
