#if DISPATCH
import HTTPOnDispatch
#else
import HTTP
#endif
import Glibc
import HTTPTypes
import Logging

/// Answers `GET /` with "Hello" (on the event loop) and `GET /async` with the same from the concurrent pool.
var router = Router()
router.get("/", sync: { _ in Response(.ok, text: "Hello") })
router.get("/async") { _ in Response(.ok, text: "Hello") }

var configuration = ServerConfiguration()
configuration.addresses = [.ip(host: "127.0.0.1", port: UInt16(CommandLine.arguments[1]) ?? 8081)]
configuration.logsRequests = false
let server = HTTPServer(router: router, configuration: configuration)
for address in try await server.start() { print("listening on \(address)") }
fflush(nil)
await server.waitUntilStopped()
