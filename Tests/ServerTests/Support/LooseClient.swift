import Foundation
import JSON

/// A client for a server that may be killed while it answers: a broken connection is no error here.
struct LooseClient: Sendable {
    /// The server's port on the loopback interface.
    let port: UInt16

    /// An answer that came whole.
    struct Answer {
        let status: Int
        let body: [UInt8]

        /// A member of the JSON body.
        subscript(_ key: String) -> JSONValue? { try? JSONDocument(parsing: body).root[key] }

        /// The text of a member of the JSON body.
        func text(_ key: String) -> String? { (try? self[key]?.string()).flatMap { $0 } }
    }

    /// Sends a request on a connection of its own; nil where no whole answer came within ten seconds.
    func send(_ method: String, _ path: String, _ body: String = "", key: String? = nil) -> Answer? {
        send(method, path, Array(body.utf8), type: "application/json", key: key)
    }

    /// Sends a request whose body is of any type.
    func send(_ method: String, _ path: String, _ body: [UInt8], type: String, key: String? = nil) -> Answer? {
        guard let descriptor = connected() else { return nil }
        defer { close(descriptor) }
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if !body.isEmpty { head += "Content-Type: \(type)\r\n" }
        if let key { head += "Idempotency-Key: \(key)\r\n" }
        let bytes = Array((head + "Content-Length: \(body.count)\r\n\r\n").utf8) + body
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return nil }
        return Answer(whole: received(descriptor))
    }

    /// Sends a request as a client once sent it, byte for byte, but that the connection ends with it.
    func replay(_ recorded: [UInt8]) -> Answer? {
        guard let descriptor = connected(), let end = recorded.firstRange(of: Array("\r\n\r\n".utf8)) else {
            return nil
        }
        defer { close(descriptor) }
        let head = String(decoding: recorded[..<end.lowerBound], as: UTF8.self)
            .replacing("\r\nConnection: keep-alive", with: "")
        let bytes = Array((head + "\r\nConnection: close\r\n\r\n").utf8) + recorded[end.upperBound...]
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return nil }
        return Answer(whole: received(descriptor))
    }

    private func connected() -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var patience = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private func received(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 { bytes += chunk[..<count] }
        return bytes
    }
}

extension LooseClient.Answer {
    /// Reads an answer; nil where its end is missing.
    fileprivate init?(whole bytes: [UInt8]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        let body = Array(bytes[end.upperBound...])
        let length = lines.dropFirst().compactMap { line -> Int? in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { return nil }
            return Int(parts[1].trimmingCharacters(in: .whitespaces))
        }
        guard length.first == body.count || (length.isEmpty && body.isEmpty) else { return nil }
        self.init(status: status, body: body)
    }
}
