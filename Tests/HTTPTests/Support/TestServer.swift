import HTTP
import HTTPTypes
import Logging
import Synchronization
import Testing

/// A server on a free port of the loopback interface, with routes that show how requests arrive.
func withServer(
    _ configure: (inout ServerConfiguration) -> Void = { _ in },
    routes: (inout Router) -> Void = { _ in },
    observer: (any ServerObserver)? = nil,
    grace: Duration = .seconds(5),
    _ body: (_ port: UInt16, _ server: HTTPServer) async throws -> Void
) async throws {
    var configuration = ServerConfiguration()
    configuration.addresses = [.ip(host: "127.0.0.1", port: 0)]
    configuration.logsRequests = false
    configuration.loops = 2
    configure(&configuration)
    var router = Router()
    router.get("/hello", sync: { _ in Response(.ok, text: "hello") })
    router.get("/async/{id}") { request in
        Response(.ok, text: "\(try request.parameters.require("id", as: Int.self))")
    }
    router.post(
        "/echo",
        sync: { request in
            Response(.ok, bytes: request.body.whole ?? [], contentType: "application/octet-stream")
        }
    )
    router.post("/collect") { request in
        let bytes = try await request.body.collect()
        return Response(.ok, bytes: bytes, contentType: "application/octet-stream")
    }
    router.post("/count") { request in
        var count = 0
        for try await chunk in request.body { count += chunk.count }
        return Response(.ok, text: "\(count)")
    }
    routes(&router)
    let server = HTTPServer(
        router: router,
        configuration: configuration,
        observer: observer,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    let addresses = try await server.start()
    guard case .ip(_, let port)? = addresses.first else {
        Issue.record("the server listens on \(addresses)")
        return
    }
    do {
        try await body(port, server)
    } catch {
        await server.shutdown(grace: .zero)
        throw error
    }
    await server.shutdown(grace: grace)
}

/// Something that happens once, which others wait for.
final class Signal: Sendable {
    private let state = Mutex<(isFired: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func fire() {
        let waiting = state.withLock { state in
            state.isFired = true
            return exchange(&state.waiting, with: [])
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isFired = state.withLock { state in
                if !state.isFired { state.waiting.append(continuation) }
                return state.isFired
            }
            if isFired { continuation.resume() }
        }
    }
}
