internal import Foundation
internal import JSON

/// A client of one server: a connection a request, in the calling thread.
struct ServerClient: Sendable {
    /// Where the server is.
    let address: ServerAddress
    /// What is shown to it, if anything.
    let token: String?

    /// Sends a request and reads the whole answer; what the server refuses is looked up in the file that was sent.
    func answer(to request: Request, source: (any FaultSource)? = nil) throws(Failure) -> Response {
        var body: [UInt8] = []
        let head = try stream(request, source: source) { piece throws(Failure) in
            body += piece
            return true
        }
        return Response(head: head, body: body)
    }

    /// Sends a request, and hands on the body of a successful answer as it comes, until `use` has enough.
    ///
    /// When that answer has begun, `begin` is called.
    @discardableResult
    func stream(
        _ request: Request,
        source: (any FaultSource)? = nil,
        begin: () -> Void = {},
        _ use: (ArraySlice<UInt8>) throws(Failure) -> Bool
    ) throws(Failure) -> ResponseHead {
        let isReading = request.method == "GET"
        // What a request asks for may take its time; whether a server is there at all is asked first.
        if !isReading { try probe() }
        let socket = try Socket(to: address)
        // A reading answer begins within the patience that began with the connection.
        if !isReading { socket.deadline = nil }
        try send(request, on: socket)
        var reader = ResponseReader(socket)
        let head = try reader.head()
        socket.deadline = nil
        guard (200..<300).contains(head.status) else {
            var body: [UInt8] = []
            socket.deadline = .now + Socket.patience
            try reader.body(head.framing) { piece throws(Failure) in
                body += piece
                return body.count < 4 << 20
            }
            throw Refusal(Response(head: head, body: body), address: address, hasToken: token != nil).failure(source)
        }
        begin()
        socket.idleLimit = request.idleLimit
        try reader.body(head.framing, use)
        return head
    }

    /// Sees to it that a server answers, whatever it says.
    private func probe() throws(Failure) {
        let socket = try Socket(to: address)
        try send(Request("GET", "health", "live"), on: socket)
        var reader = ResponseReader(socket)
        _ = try reader.head()
    }

    private func send(_ request: Request, on socket: Socket) throws(Failure) {
        var head = "\(request.method) \(address.prefix)\(request.target) HTTP/1.1\r\nHost: \(address.host)\r\n"
        head += "User-Agent: trainyard\r\nConnection: close\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        for (name, value) in request.fields { head += "\(name): \(value)\r\n" }
        switch request.body {
        case .none:
            _ = try socket.send(
                Array((head + (request.method == "GET" ? "" : "Content-Length: 0\r\n") + "\r\n").utf8)[...]
            )
        case .bytes(let bytes, let type):
            head += "Content-Type: \(type)\r\nContent-Length: \(bytes.count)\r\n\r\n"
            if try socket.send(Array(head.utf8)[...]) { _ = try socket.send(bytes[...]) }
        case .file(let file, let type):
            let size = file.size
            head += "Content-Type: \(type)\r\n"
            head += size.map { "Content-Length: \($0)\r\n\r\n" } ?? "Transfer-Encoding: chunked\r\n\r\n"
            guard try socket.send(Array(head.utf8)[...]) else { return }
            try send(file, of: size, on: socket)
        }
    }

    /// Sends a file's bytes, in chunks where its size isn't known; stops where the server has stopped reading.
    private func send(_ file: InputFile, of size: Int?, on socket: Socket) throws(Failure) {
        var sent = 0
        var isRead = true
        try file.pieces { piece throws(Failure) in
            var piece = piece
            if let size { piece = piece.prefix(size - sent) }
            guard !piece.isEmpty else { return false }
            sent += piece.count
            if size == nil {
                isRead = try socket.send(Array("\(String(piece.count, radix: 16))\r\n".utf8)[...])
                if isRead { isRead = try socket.send(piece) }
                if isRead { isRead = try socket.send(Array("\r\n".utf8)[...]) }
            } else {
                isRead = try socket.send(piece)
            }
            return isRead
        }
        guard isRead else { return }
        if let size, sent < size { throw Failure(.refused, "\(file.label): the file became shorter while it was sent") }
        if size == nil { _ = try socket.send(Array("0\r\n\r\n".utf8)[...]) }
    }
}
