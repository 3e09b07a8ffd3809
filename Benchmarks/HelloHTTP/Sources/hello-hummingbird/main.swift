import Hummingbird
import Logging

/// Answers `GET /` with "Hello".
let router = Router()
router.get("/") { _, _ in "Hello" }

var logger = Logger(label: "hello")
logger.logLevel = .error
let application = Application(
    router: router,
    configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: Int(CommandLine.arguments[1]) ?? 8082)
    ),
    logger: logger
)
try await application.runService()
