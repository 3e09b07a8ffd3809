internal import Foundation

/// Reads one answer from a connection: its head, then its body as it comes.
struct ResponseReader {
    private let socket: Socket
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    /// What has come and was not used.
    private var rest: ArraySlice<UInt8> = []

    private static let headLimit = 256 << 10

    init(_ socket: Socket) { self.socket = socket }

    /// Reads the head, past those that only say to go on.
    mutating func head() throws(Failure) -> ResponseHead {
        while true {
            var text: [UInt8] = []
            while true {
                let line = try line()
                if line.isEmpty { break }
                text += text.isEmpty ? line : [0x0D, 0x0A] + line
                guard text.count < Self.headLimit else { throw Self.foreign }
            }
            guard let head = ResponseHead(String(decoding: text, as: UTF8.self)) else { throw Self.foreign }
            if head.status / 100 != 1 { return head }
        }
    }

    /// Hands on each piece of the body until its end, or until `use` says that it has enough.
    mutating func body(
        _ framing: ResponseHead.Framing,
        _ use: (ArraySlice<UInt8>) throws(Failure) -> Bool
    ) throws(Failure) {
        switch framing {
        case .length(let count): _ = try pass(count, use)
        case .untilClosed:
            while try fill() {
                let piece = rest
                rest = []
                guard try use(piece) else { return }
            }
        case .chunked:
            while true {
                let line = String(decoding: try line(), as: UTF8.self).prefix { $0 != ";" }
                guard let size = Int(line.trimmingCharacters(in: .whitespaces), radix: 16), size >= 0 else {
                    throw Self.foreign
                }
                if size == 0 {
                    while try !self.line().isEmpty {}
                    return
                }
                guard try pass(size, use) else { return }
                _ = try self.line()
            }
        }
    }

    /// Hands on so many bytes; false where that is enough.
    private mutating func pass(
        _ count: Int,
        _ use: (ArraySlice<UInt8>) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        var left = count
        while left > 0 {
            guard try fill() else { throw Self.cut }
            let piece = rest.prefix(left)
            rest = rest.dropFirst(piece.count)
            left -= piece.count
            guard try use(piece) else { return false }
        }
        return true
    }

    /// The next line, without its end.
    private mutating func line() throws(Failure) -> [UInt8] {
        var line: [UInt8] = []
        while true {
            guard try fill() else { throw Self.cut }
            if let end = rest.firstIndex(of: 0x0A) {
                line += rest[..<end]
                rest = rest[(end + 1)...]
                if line.last == 0x0D { line.removeLast() }
                return line
            }
            line += rest
            rest = []
            guard line.count < Self.headLimit else { throw Self.foreign }
        }
    }

    /// Has something in `rest`; false at the end of what comes.
    private mutating func fill() throws(Failure) -> Bool {
        guard rest.isEmpty else { return true }
        let count = try socket.receive(into: &buffer)
        rest = buffer[..<count]
        return count > 0
    }

    private static let foreign = Failure(.unavailable, "what answers there doesn't speak HTTP/1.1")
    private static let cut = Failure(.unavailable, "the server closed the connection before its answer was whole")
}
