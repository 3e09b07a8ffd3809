import Foundation
import HTTP

/// A question to a running server whether it is well, on a connection of its own, in the calling thread.
struct HealthProbe: Sendable {
    /// Which question: whether the process lives, whether it can serve, or whether it can serve predictions.
    enum Question: String, Sendable {
        case live
        case ready
        case readyForPredictions = "ready?for=predictions"
    }

    /// What a server said.
    struct Answer: Sendable {
        let status: Int
        /// The body, for the eyes of a person.
        let text: String
    }

    /// Why there is no answer, in one line.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let address: ListenAddress
    private let limit: Duration

    /// The longest answer that is read.
    private static let answerBytes = 64 << 10

    /// A probe of the server that listens at an address, which has so long to answer.
    ///
    /// An address that stands for all interfaces is asked on the loopback one.
    init(_ address: ListenAddress, within limit: Duration) {
        self.address = address.reachable
        self.limit = limit
    }

    /// Asks, and waits for the whole answer.
    func ask(_ question: Question) throws(Failure) -> Answer {
        let deadline = ContinuousClock.now + limit
        let descriptor = try connected(by: deadline)
        defer { close(descriptor) }
        let request = Array(
            "GET /health/\(question.rawValue) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: trainyard-health\r\nConnection: close\r\n\r\n"
                .utf8
        )
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw failure("send")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < Self.answerBytes {
            try setTimeout(of: descriptor, until: deadline)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count >= 0 else { throw failure("wait for an answer") }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Failure(description: "\(address): what answers there doesn't speak HTTP")
        }
        let body = text.range(of: "\r\n\r\n").map { text[$0.upperBound...] } ?? ""
        return Answer(status: status, text: body.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func connected(by deadline: ContinuousClock.Instant) throws(Failure) -> Int32 {
        switch address {
        case .unix(let path): return try connectedLocally(to: path, by: deadline)
        case .ip(let host, let port):
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            let status = getaddrinfo(host, "\(port)", &hints, &list)
            guard status == 0 else {
                throw Failure(description: "\(address): \(String(cString: gai_strerror(status)))")
            }
            defer { freeaddrinfo(list) }
            var next = list
            while let info = next?.pointee {
                next = info.ai_next
                let descriptor = socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
                guard descriptor >= 0 else { continue }
                try setTimeout(of: descriptor, until: deadline)
                if connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 { return descriptor }
                let problem = failure("connect")
                close(descriptor)
                if next == nil { throw problem }
            }
            throw Failure(description: "\(address): no such address")
        }
    }

    private func connectedLocally(to path: String, by deadline: ContinuousClock.Instant) throws(Failure) -> Int32 {
        var local = sockaddr_un()
        local.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: local.sun_path) else {
            throw Failure(description: "\(address): the path is too long for a socket")
        }
        withUnsafeMutableBytes(of: &local.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("socket") }
        try setTimeout(of: descriptor, until: deadline)
        let result = withUnsafePointer(to: local) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result != 0 else { return descriptor }
        defer { close(descriptor) }
        throw failure("connect")
    }

    /// Bounds how long the next calls on a socket, `connect` among them, may take (socket(7)).
    private func setTimeout(of descriptor: Int32, until deadline: ContinuousClock.Instant) throws(Failure) {
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: deadline).components
        guard seconds > 0 || (seconds == 0 && attoseconds > 0) else { throw failure("wait", code: EAGAIN) }
        // A time of zero would mean no bound.
        var patience = timeval(tv_sec: Int(seconds), tv_usec: max(1, Int(attoseconds / 1_000_000_000_000)))
        let length = socklen_t(MemoryLayout<timeval>.size)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] { setsockopt(descriptor, SOL_SOCKET, option, &patience, length) }
    }

    private func failure(_ operation: String, code: Int32 = errno) -> Failure {
        guard code != EAGAIN, code != EINPROGRESS else {
            return Failure(description: "\(address): no answer in \(limit)")
        }
        return Failure(description: "\(address): \(operation): \(String(cString: strerror(code)))")
    }
}

extension ListenAddress {
    /// Where a program on the same machine reaches a server that listens here.
    fileprivate var reachable: ListenAddress {
        switch self {
        case .ip("0.0.0.0", let port), .ip("::", let port): .ip(host: "127.0.0.1", port: port)
        default: self
        }
    }
}
