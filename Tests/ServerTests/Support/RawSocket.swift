import Foundation
import Synchronization
import Testing

/// A TCP connection on which a test writes and reads bytes of its own.
final class RawSocket: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Connects to a port of the loopback interface; reads give up after two minutes.
    init(port: UInt16) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        self.descriptor = Mutex(descriptor)
        var patience = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        try #require(Self.connect(descriptor, to: port))
    }

    /// Whether nobody takes connections on a port of the loopback interface any more.
    static func isRefused(port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        return !connect(descriptor, to: port)
    }

    private static func connect(_ descriptor: Int32, to port: UInt16) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return result == 0
    }

    deinit { close() }

    /// Closes the connection.
    func close() {
        descriptor.withLock { descriptor in
            if let open = descriptor { Glibc.close(open) }
            descriptor = nil
        }
    }

    /// Sends text.
    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        let open = try #require(descriptor.withLock { $0 })
        let sent = Glibc.send(open, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        try #require(sent == bytes.count)
    }

    /// Reads until the text so far is enough, or the server closes.
    func read(until isEnough: (String) -> Bool = { _ in false }) throws -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !isEnough(String(decoding: bytes, as: UTF8.self)) {
            let open = try #require(descriptor.withLock { $0 })
            let count = recv(open, &chunk, chunk.count, 0)
            try #require(count >= 0, "nothing came for two minutes, after \(String(decoding: bytes, as: UTF8.self))")
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
