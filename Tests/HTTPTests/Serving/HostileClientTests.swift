import Foundation
import Glibc
import HTTP
import HTTPTypes
import Synchronization
import Testing

/// After each attack an ordinary request is answered, and every other connection has ended.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct HostileClientTests {
    @Test func `slowloris: heads that never end are answered 408`() async throws {
        try await attack { port in
            let clients = try (0..<50).map { _ in try RawClient(port: port) }
            for client in clients { try await client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nX-") }
            for client in clients {
                #expect(try await client.response().status == 408)
            }
        }
    }

    @Test func `a request that comes byte by byte is answered`() async throws {
        try await attack({ $0.timeouts.head = .seconds(10) }) { port in
            let client = try RawClient(port: port)
            for byte in Array("POST /collect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc".utf8) {
                try await client.send([byte])
            }
            #expect(try await client.response().text == "abc")
        }
    }

    @Test func `a body that comes byte by byte, and then stops, is a 408`() async throws {
        try await attack({ $0.timeouts.body = .seconds(1) }) { port in
            let client = try RawClient(port: port)
            try await client.send("POST /count HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<20 { try await client.send("1\r\na\r\n") }
            #expect(try await client.response().status == 408)
        }
    }

    @Test func `clients that close one side or reset, at every point of a request`() async throws {
        let request = Array("POST /collect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabcdefghi".utf8)
        try await attack { port in
            for count in stride(from: 0, through: request.count, by: 3) {
                let client = try RawClient(port: port)
                try await client.send(Array(request[..<count]))
                if count.isMultiple(of: 2) { client.endOutput() } else { client.reset() }
            }
        }
    }

    @Test func `a thousand idle connections cost less than 16 KiB each`() async {
        // In a process of its own, whose memory nothing else uses. Both ends of each connection are there.
        await #expect(processExitsWith: .success) {
            await recordingErrors {
                try await attack({ $0.limits.connections = 2_000 }) { port in
                    let first = try RawClient(port: port)
                    _ = try await first.get("/hello")
                    let before = try residentBytes()
                    var clients: [RawClient] = []
                    for _ in 0..<1_000 {
                        let client = try RawClient(port: port)
                        _ = try await client.get("/hello")
                        clients.append(client)
                    }
                    let each = (try residentBytes() - before) / clients.count
                    #expect(each < 16_384, "\(each) bytes for each")
                }
            }
        }
    }

    @Test func `10 GiB declared are refused, or read no further than the handler asks`() async throws {
        try await attack { port in
            let refused = try RawClient(port: port)
            try await refused.send("POST /collect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10737418240\r\n\r\n")
            #expect(try await refused.response().status == 413)
        }
        let (started, release) = (Signal(), Signal())
        try await attack(routes: { router in
            router.post("/slow", bodyLimit: .max) { _ in
                started.fire()
                await release.wait()
                return Response(.ok, text: "enough")
            }
        }) { port in
            let client = try RawClient(port: port)
            try await client.send("POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10737418240\r\n\r\n")
            await started.wait()
            let piece = [UInt8](repeating: 65, count: 65_536)
            var sent = 0
            // The kernel's buffers of both ends take some megabytes; then nothing more goes.
            while case let count = client.sendWithoutWaiting(piece), count > 0, sent < 1 << 30 { sent += count }
            #expect(sent < 64 << 20)
            release.fire()
            #expect(try await client.response().text == "enough")
        }
    }

    @Test func `a streamed upload of 256 MiB, and a flood of heads, leave no memory behind`() async {
        await #expect(processExitsWith: .success) {
            await recordingErrors {
                try await attack({ $0.limits.bodyBytes = 1 << 30 }) { port in
                    let client = try RawClient(port: port)
                    let piece = [UInt8](repeating: 65, count: 1 << 20)
                    _ = try await client.get("/hello")
                    let before = try residentBytes()
                    try await client.send(
                        "POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(256 << 20)\r\n\r\n"
                    )
                    for _ in 0..<256 { try await client.send(piece) }
                    let count = try await client.response().text
                    #expect(count == "\(256 << 20)", "the handler counted \(count)")
                    for _ in 0..<200 {
                        let slow = try RawClient(port: port)
                        try await slow.send("GET /hello HTTP/1.1\r\nX: " + String(repeating: "a", count: 16_000))
                    }
                    let grown = try residentBytes() - before
                    #expect(grown < 16 << 20, "\(grown) bytes more are held")
                }
            }
        }
    }

    @Test func `a chunk without end, and a trailer without end, are refused`() async throws {
        try await attack({ $0.limits.bodyBytes = 1 << 20 }) { port in
            let head = "POST /count HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            let chunk = try RawClient(port: port)
            try await chunk.send(head + "fffffffffffffff\r\n")
            try? await chunk.send([UInt8](repeating: 65, count: 2 << 20))
            #expect(try await chunk.response().status == 413)

            let trailer = try RawClient(port: port)
            try await trailer.send(head + "0\r\n" + String(repeating: "a: b\r\n", count: 90))
            try? await trailer.send(String(repeating: "a: b\r\n", count: 90))
            #expect(try await trailer.response().status == 431)
        }
    }

    @Test func `a flood of pipelined requests from a client that does not read stops being read`() async throws {
        try await attack(routes: { router in
            router.get("/large", sync: { _ in Response(.ok, text: String(repeating: "a", count: 10_000)) })
        }) { port in
            let client = try RawClient(port: port)
            client.shrinkReceiveBuffer()
            let flood = Array(String(repeating: "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 2_000).utf8)
            var sent = 0
            while case let count = client.sendWithoutWaiting(flood), count > 0, sent < 1 << 30 { sent += count }
            #expect(sent < 64 << 20)
            // The write time-out ends it.
            _ = try await client.readToEnd()
        }
    }

    @Test func `no descriptor is left behind, whichever way connections end`() async {
        // In a process of its own, where no other test opens descriptors.
        await #expect(processExitsWith: .success) {
            await recordingErrors {
                // Other descriptors don't count: Dispatch opens some when it first needs them.
                let sockets = {
                    (0..<1_024).compactMap { number in
                        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
                    }.count { $0.hasPrefix("socket:") }
                }
                let connections = OpenConnections()
                try await withServer({ $0.limits.connections = 20 }, observer: connections) { port, _ in
                    let first = try RawClient(port: port)
                    _ = try await first.get("/async/1")
                    let before = sockets()
                    for round in 0..<40 {
                        var clients = try (0..<30).map { _ in try RawClient(port: port) }
                        for client in clients {
                            _ = try? await client.send("GET /async/1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        }
                        if round.isMultiple(of: 2) { for client in clients { client.reset() } }
                        clients = []
                        await connections.wait(untilAtMost: 1)
                    }
                    // A connection is counted as ended just before its descriptor is closed, on whichever loop it was.
                    let deadline = ContinuousClock.now + .seconds(30)
                    while sockets() > before, .now < deadline { _ = try await first.get("/async/1") }
                    #expect(sockets() <= before)
                }
            }
        }
    }

    @Test func `a client that comes when no descriptor is left is turned away, and the next one is served`() async {
        // In a process of its own, since it uses up the descriptors.
        await #expect(processExitsWith: .success) {
            await recordingErrors {
                var limit = rlimit(rlim_cur: 256, rlim_max: 256)
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                try await withServer { port, _ in
                    let first = try RawClient(port: port)
                    _ = try await first.get("/hello")
                    let late = try RawClient.Unconnected(port: port)
                    var fillers: [Int32] = []
                    while case let filler = dup(0), filler >= 0 { fillers.append(filler) }

                    let client = try late.connect()
                    let end = try await client.readToEnd()
                    #expect(end == "", "the late client got \(end)")
                    let answer = try await first.get("/hello").text
                    #expect(answer == "hello", "the first client got \(answer)")

                    for filler in fillers { close(filler) }
                    let next = try RawClient(port: port)
                    let text = try await next.get("/hello").text
                    #expect(text == "hello", "the next client got \(text)")
                }
            }
        }
    }

    @Test func `random bytes get a 400 or nothing`() async throws {
        var generator = SystemRandomNumberGenerator()
        try await attack { port in
            for _ in 0..<30 {
                let client = try RawClient(port: port)
                try await client.send((0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) } + [13, 10])
                client.endOutput()
                let answer = try await client.readToEnd()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5"))
            }
        }
    }
}

/// Counts the connections that are open.
private final class OpenConnections: ServerObserver {
    private struct State {
        var open = 0
        var waiting: [(limit: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func finished(_ record: RequestRecord) {}

    func connectionOpened() {
        state.withLock { $0.open += 1 }
    }

    func connectionClosed() {
        let ready = state.withLock { state in
            state.open -= 1
            let open = state.open
            let ready = state.waiting.filter { open <= $0.limit }.map(\.continuation)
            state.waiting.removeAll { open <= $0.limit }
            return ready
        }
        for continuation in ready { continuation.resume() }
    }

    func wait(untilAtMost limit: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.open > limit { state.waiting.append((limit, continuation)) }
                return state.open <= limit
            }
            if isReady { continuation.resume() }
        }
    }
}

/// Runs the body of a process of its own.
///
/// An error that left it would end the process without a word; here it is told.
private func recordingErrors(_ body: () async throws -> Void) async {
    do { try await body() } catch { Issue.record(error) }
}

/// Bytes of memory that the process holds (proc(5)).
private func residentBytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return (Int(status[1]) ?? 0) * 4_096
}

/// Runs an attack against a server with short time-outs, then looks at what is left of it.
private func attack(
    _ configure: (inout ServerConfiguration) -> Void = { _ in },
    routes: (inout Router) -> Void = { _ in },
    _ body: (_ port: UInt16) async throws -> Void
) async throws {
    let connections = OpenConnections()
    try await withServer(
        { configuration in
            configuration.timeouts.head = .milliseconds(200)
            configuration.timeouts.body = .milliseconds(200)
            configuration.timeouts.write = .milliseconds(200)
            configure(&configuration)
        },
        routes: routes,
        observer: connections
    ) { port, _ in
        try await body(port)

        let after = try RawClient(port: port)
        #expect(try await after.get("/hello").text == "hello")
        #expect(try await after.get("/async/7").text == "7")
        await connections.wait(untilAtMost: 1)
    }
    await connections.wait(untilAtMost: 0)
}
