internal import Foundation

/// A connection to a server, used by one thread; closed with this object.
final class Socket {
    private let descriptor: Int32
    private let address: ServerAddress

    /// When the next call gives up; nil for never.
    var deadline: ContinuousClock.Instant?

    /// How long nothing may come while an answer is received; nil for ever.
    var idleLimit: Duration?

    /// How long a server may take to answer before it counts as absent.
    static let patience = Duration.seconds(5)

    /// Connects, within the patience for all of a name's addresses together; it stays the deadline of what follows.
    init(to address: ServerAddress) throws(Failure) {
        let deadline = ContinuousClock.now + Self.patience
        self.deadline = deadline
        self.address = address
        let candidates: [SocketAddress]
        switch address.endpoint {
        case .unix(let path): candidates = [.unix(path: path)]
        case .tcp(let host, let port):
            do throws(LookupError) {
                candidates = try NameLookup.addresses(of: host, port: port, within: Self.patience) ?? []
            } catch {
                throw Failure(.unavailable, "no server at \(address.text): \(error.detail)")
            }
        }
        var problem = ETIMEDOUT
        for candidate in candidates {
            switch Self.connect(to: candidate, by: deadline) {
            case .success(let descriptor):
                self.descriptor = descriptor
                return
            case .failure(let error): problem = error.code
            }
        }
        throw Failure(.unavailable, "no server answers at \(address.text): \(String(cString: strerror(problem)))")
    }

    deinit { close(descriptor) }

    /// Sends all bytes.
    ///
    /// - Returns: false where the server has stopped reading, as it does before it refuses a body.
    func send(_ bytes: ArraySlice<UInt8>) throws(Failure) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Self.sending) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                try wait(for: POLLOUT)
            } else if errno == EPIPE || errno == ECONNRESET {
                return false
            } else if errno != EINTR {
                throw broken(errno)
            }
        }
        return true
    }

    /// Receives what has come, waiting for it where nothing has.
    ///
    /// - Returns: how many bytes came; 0 at the end.
    func receive(into buffer: inout [UInt8]) throws(Failure) -> Int {
        if let idleLimit { deadline = .now + idleLimit }
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, Self.receiving) }
            if count >= 0 { return count }
            if errno == EAGAIN {
                try wait(for: POLLIN)
            } else if errno != EINTR {
                throw broken(errno)
            }
        }
    }

    private static let sending = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    private static let receiving = Int32(MSG_DONTWAIT)

    private struct SystemError: Error { let code: Int32 }

    private static func connect(
        to address: SocketAddress,
        by deadline: ContinuousClock.Instant
    ) -> Result<Int32, SystemError> {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { return .failure(SystemError(code: errno)) }
        func failed(_ code: Int32) -> Result<Int32, SystemError> {
            close(descriptor)
            return .failure(SystemError(code: code))
        }
        let status = address.bytes.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                Glibc.connect(descriptor, $0.baseAddress, socklen_t(bytes.count))
            }
        }
        if status == 0 { return .success(descriptor) }
        guard errno == EINPROGRESS || errno == EINTR else { return failed(errno) }
        guard wait(for: POLLOUT, on: descriptor, by: deadline) else { return failed(ETIMEDOUT) }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code == 0 ? .success(descriptor) : failed(code)
    }

    private func wait(for event: Int32) throws(Failure) {
        guard Self.wait(for: event, on: descriptor, by: deadline) else { throw broken(ETIMEDOUT) }
    }

    /// Waits until a descriptor is ready; false where the time is over.
    private static func wait(for event: Int32, on descriptor: Int32, by deadline: ContinuousClock.Instant?) -> Bool {
        while true {
            var milliseconds: Int32 = -1
            if let deadline {
                let (seconds, attoseconds) = ContinuousClock.now.duration(to: deadline).components
                guard seconds >= 0, attoseconds >= 0 else { return false }
                milliseconds = Int32(clamping: seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
            }
            var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            if poll(&request, 1, milliseconds) > 0 { return true }
        }
    }

    private func broken(_ code: Int32) -> Failure {
        let cause = code == ETIMEDOUT ? "no answer within 5 s" : String(cString: strerror(code))
        return Failure(.unavailable, "the server at \(address.text) doesn't answer: \(cause)")
    }
}
