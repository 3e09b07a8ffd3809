import Glibc

/// The service manager that started this process and waits to hear from it: systemd, or another that speaks the protocol
/// of sd_notify(3).
package struct ServiceManager: Sendable {
    /// What it can be told.
    package enum Message: Sendable {
        /// The service does its work; the text is shown by `systemctl status`.
        case ready(status: String)
        /// The service is about to end.
        case stopping
        /// The service still works; to be sent more often than every `watchdogLimit`.
        case alive
    }

    /// How long it waits between two signs of life before it starts the service anew; nil where it doesn't watch.
    package let watchdogLimit: Duration?

    private let path: [UInt8]

    /// Reads who waits from `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`; nil where nobody does.
    package init?(environment: [String: String]) {
        guard let name = environment["NOTIFY_SOCKET"], let first = name.utf8.first else { return nil }
        // An address that begins with "@" is an abstract one, whose first byte is zero (unix(7)).
        guard first == UInt8(ascii: "/") || first == UInt8(ascii: "@"), name.utf8.count < Self.pathCapacity else {
            return nil
        }
        path = first == UInt8(ascii: "@") ? [0] + name.utf8.dropFirst() : Array(name.utf8)
        let isWatched = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogLimit = isWatched && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// Sends a message.
    ///
    /// - Returns: Whether it was taken.
    @discardableResult package func tell(_ message: Message) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        // An abstract address ends with its last byte, a path with a zero.
        let length = socklen_t(MemoryLayout<sockaddr_un>.size - Self.pathCapacity + path.count + (path[0] == 0 ? 0 : 1))
        let text = Array(message.text.utf8)
        let sent = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, length)
            }
        }
        return sent == text.count
    }

    private static let pathCapacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
}

extension ServiceManager.Message {
    fileprivate var text: String {
        switch self {
        case .ready(let status): "READY=1\nSTATUS=\(status)"
        case .stopping: "STOPPING=1\nSTATUS=stopping"
        case .alive: "WATCHDOG=1"
        }
    }
}
