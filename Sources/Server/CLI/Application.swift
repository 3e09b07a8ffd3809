import Dispatch
import Foundation
import HTTP
import Logging
import ModelStore
import UnixSignals

/// The running server: its parts are started in one order and stopped in the other.
struct Application {
    private let settings: ServeSettings
    private let logger: Logger

    /// How long requests in flight may take once the server stops, and how long jobs may take to save a checkpoint.
    ///
    /// Both run at the same time, and with what else stopping takes they stay under 10 s.
    private static let grace = Duration.seconds(8)
    private static let checkpointLimit = DispatchTimeInterval.seconds(8)

    init(_ settings: ServeSettings) {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        self.settings = settings
        logger = Logger(label: "trainyard")
    }

    /// Starts everything, waits for SIGTERM or SIGINT, and stops everything.
    ///
    /// - Throws: `StartError` in place of starting.
    func run() async throws {
        // A reader of standard output that goes away, or a file that reaches its limit, is an error to be told, not the end.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let store = try openStore()
        let threads = BlockingThreads(label: "store")
        let networks = NetworkCache(limits: settings.limits)
        let (requestMetrics, batchMetrics) = (ServerMetrics(), BatchMetrics())
        let predictor = Predictor(
            loader: ModelLoader(
                store: store,
                networks: networks,
                threads: threads,
                batchRows: settings.sizing.batchRows,
                metrics: batchMetrics
            ),
            threads: settings.sizing.threads,
            byteLimit: settings.sizing.predictorBytes
        )
        let inlineData = InlineData(store: store, logger: logger)
        let maintenance = Maintenance(store: store, rules: settings.retention, inlineData: inlineData, logger: logger)
        let workers = TrainingWorkers(
            count: settings.workers,
            replicas: settings.threads,
            checkpointInterval: settings.checkpointInterval,
            leaseMilliseconds: settings.storeOptions.leaseMilliseconds,
            store: store,
            networks: networks,
            predictor: predictor,
            inlineData: inlineData,
            logger: logger
        )
        let readiness = Readiness(store: store, threads: threads)
        let services = Services(
            models: ModelCatalog(store: store, networks: networks, predictor: predictor, threads: threads),
            versions: VersionCatalog(store: store, predictor: predictor, threads: threads),
            weights: WeightsCatalog(store: store, networks: networks, predictor: predictor, threads: threads),
            datasets: DatasetCatalog(store: store, threads: threads),
            queue: TrainingQueue(
                store: store,
                networks: networks,
                inlineData: inlineData,
                threads: threads,
                workers: workers
            ),
            predictor: predictor,
            readiness: readiness,
            metrics: ProgramMetrics(requests: requestMetrics, batches: batchMetrics, store: store, threads: threads)
        )
        let router = Routes.router(services, limits: BodyLimits(held: settings.maximumBody))
        let server = server(router, observer: requestMetrics)
        let address: ListenAddress
        do throws(ListenError) {
            let addresses = try await server.start()
            address = addresses[0]
            for other in addresses.dropFirst() { logger.info("listening too", metadata: ["address": "\(other)"]) }
        } catch {
            throw StartError.address(error.description)
        }
        // Only now: a second server that finds the port taken must not take jobs from the first.
        workers.start()
        maintenance.start()
        logger.info("sizes", metadata: settings.sizes)
        StandardOutput.write("trainyard listening on http://\(address)")
        let supervision = Supervision(
            of: address,
            environment: ProcessInfo.processInfo.environment,
            logger: logger
        )
        for await signal in signals {
            if signal == .sighup {
                reloadTokens()
                continue
            }
            logger.info("stopping", metadata: ["signal": "\(signal)"])
            break
        }
        supervision?.end()
        readiness.drain()
        async let drained: Void = server.shutdown(grace: Self.grace)
        let saved = try await threads.run { workers.stop(within: Self.checkpointLimit) }
        if !saved { logger.warning("a job did not reach its next step in time; it goes on at its last checkpoint") }
        await drained
        predictor.stop()
        maintenance.stop()
        do {
            try store.close()
        } catch {
            logger.warning("store not closed", metadata: ["cause": "\(error)"])
        }
        Foundation.exit(0)
    }

    private func openStore() throws(StartError) -> Store {
        do {
            let store = try Store.open(at: settings.dataFolder, options: settings.storeOptions)
            try DatasetCatalog.storeBuiltIns(in: store, logger: logger)
            try store.jobs.endLeases(where: WorkerName.isDead)
            return store
        } catch {
            let status = (error as? StoreError).map(CommandError.status) ?? 70
            throw .dataFolder("--data \(settings.dataFolder): \(error)", status: status)
        }
    }

    private func server(_ router: Router, observer: any ServerObserver) -> HTTPServer {
        var configuration = settings.http
        configuration.addresses.insert(.ip(host: settings.host, port: UInt16(settings.port)), at: 0)
        configuration.limits.bodyBytes = settings.maximumBody
        configuration.tokens = settings.tokens
        warnOfShortTokens()
        return HTTPServer(
            router: router,
            configuration: configuration,
            observer: observer,
            logger: logger,
            problem: { error in Problem(cause: error) }
        )
    }

    /// Reads the token file again; one with a mistake changes nothing.
    private func reloadTokens() {
        guard let tokens = settings.tokens else { return }
        do {
            try tokens.reload()
            logger.info("tokens read again")
            warnOfShortTokens()
        } catch {
            logger.error("the tokens stay as they were", metadata: ["cause": "\(error)"])
        }
    }

    private func warnOfShortTokens() {
        guard let count = settings.tokens?.shortTokens, count > 0 else { return }
        logger.warning("tokens of less than 16 bytes can be guessed", metadata: ["count": "\(count)"])
    }
}
