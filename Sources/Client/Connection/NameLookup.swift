internal import Foundation
internal import Synchronization

/// The addresses of a host's name.
enum NameLookup {
    /// Asks the system's resolver, which has no limit of its own, on another thread, and waits for it so long.
    ///
    /// - Returns: nil where the time is over.
    /// - Throws: `LookupError` with the resolver's words.
    static func addresses(of host: String, port: UInt16, within limit: Duration) throws(LookupError) -> [SocketAddress]?
    {
        let answer = Answer()
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let result = ask(host, port)
            answer.result.withLock { $0 = result }
            done.signal()
        }
        let (seconds, attoseconds) = limit.components
        let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
        guard done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else { return nil }
        return try answer.result.withLock { $0 }?.get()
    }

    private final class Answer: Sendable {
        let result = Mutex<Result<[SocketAddress], LookupError>?>(nil)
    }

    private static func ask(_ host: String, _ port: UInt16) -> Result<[SocketAddress], LookupError> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, "\(port)", &hints, &list)
        guard status == 0 else { return .failure(LookupError(detail: String(cString: gai_strerror(status)))) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let info = next?.pointee {
            let bytes = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
            addresses.append(SocketAddress(family: info.ai_family, bytes: Array(bytes)))
            next = info.ai_next
        }
        return .success(addresses)
    }
}

/// Why a name has no address, in the resolver's words.
struct LookupError: Error, Sendable {
    let detail: String
}
