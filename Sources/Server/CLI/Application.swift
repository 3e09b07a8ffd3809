import Dispatch
import Foundation
import HTTP
import Interchange
import Logging
import ModelStore
import Platform
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
        // A reader of standard output that goes away is an error to be told, not the end.
        signal(SIGPIPE, SIG_IGN)
        MemoryBudget.returnLargePieces()
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let store = try openStore()
        let permissions = store.applyPermissions()
        let threads = BlockingThreads(label: "store")
        let networks = NetworkCache(limits: settings.limits)
        let memory = MemoryBudget(limit: settings.sizing.resources.memoryBytes)
        let (requestMetrics, batchMetrics) = (ServerMetrics(), BatchMetrics())
        let predictor = Predictor(
            loader: ModelLoader(
                store: store,
                networks: networks,
                threads: threads,
                batchRows: settings.sizing.batchRows,
                metrics: batchMetrics,
                statistics: StatisticsRegistry(),
                memory: memory
            ),
            threads: settings.sizing.threads,
            byteLimit: settings.sizing.predictorBytes
        )
        memory.reclaims { predictor.giveUpModel() }
        let inlineData = InlineData(store: store, logger: logger)
        let maintenance = Maintenance(store: store, rules: settings.retention, inlineData: inlineData, logger: logger)
        let memoryRecords = MemoryRecords(folder: store.folder)
        let leases = LeaseKeeper(jobs: store.jobs, logger: logger)
        let cluster = ClusterView(
            store: store,
            keeper: NodeKeeper(
                settings.ownNode,
                store: store,
                leases: leases,
                leaseMilliseconds: settings.storeOptions.leaseMilliseconds,
                logger: logger
            ),
            counts: ClusterCounts(),
            leases: leases,
            threads: threads
        )
        let workers = TrainingWorkers(
            count: settings.workers,
            replicas: settings.threads,
            checkpointInterval: settings.checkpointInterval,
            node: cluster.keeper,
            counts: cluster.counts,
            leases: cluster.leases,
            store: store,
            networks: networks,
            predictor: predictor,
            inlineData: inlineData,
            memory: memory,
            memoryRecords: memoryRecords,
            ranks: settings.ranks,
            logger: logger
        )
        let experiments = ExperimentRunner(
            store: store,
            networks: networks,
            inlineData: inlineData,
            workers: workers,
            logger: logger
        )
        let readiness = Readiness(store: store, threads: threads)
        let parts = Parts(
            store: store,
            threads: threads,
            networks: networks,
            predictor: predictor,
            inlineData: inlineData,
            workers: workers,
            experiments: experiments,
            readiness: readiness,
            metrics: ProgramMetrics(
                requests: requestMetrics,
                batches: batchMetrics,
                store: store,
                memory: memory,
                workers: workers.count,
                threads: threads,
                cluster: cluster
            ),
            needsTokens: settings.tokens != nil,
            ranks: settings.ranks,
            memory: memory,
            heldBodyBytes: settings.maximumBody,
            files: FileReading(inflationRatio: settings.http.limits.inflationRatio),
            defaultModel: settings.defaultModel,
            vertexRoutes: settings.container.vertexRoutes
        )
        let (router, form) = Subjects.router(parts)
        let server = server(router, observer: requestMetrics, form: form)
        let addresses: [ListenAddress]
        do throws(ListenError) {
            addresses = try await server.start()
        } catch {
            throw StartError.address(error.description)
        }
        // Only now: a second server that finds the port taken must not take jobs from the first.
        let memoryWatch = MemoryWatch(
            memoryRecords,
            mode: settings.storeOptions.permissions.file,
            limit: memory.limit,
            logger: logger
        )
        memoryWatch?.start()
        cluster.keeper.start(at: settings.address(of: addresses[0]))
        workers.start()
        experiments.start()
        maintenance.start()
        for name in ServiceLinks.names {
            logger.notice("left alone: it is of a Kubernetes Service, no setting", metadata: ["variable": "\(name)"])
        }
        tell(permissions)
        logger.info("sizes", metadata: settings.sizes)
        tell(addresses)
        let supervision = Supervision(
            of: addresses[0],
            environment: ProcessInfo.processInfo.environment,
            logger: logger
        )
        if settings.endsWithInput { InputWatch.start() }
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
        cluster.keeper.drain()
        async let drained: Void = server.shutdown(grace: Self.grace)
        let saved = try await threads.run {
            experiments.stop()
            return workers.stop(within: Self.checkpointLimit)
        }
        if !saved { logger.warning("a job did not reach its next step in time; it goes on at its last checkpoint") }
        await drained
        predictor.stop()
        maintenance.stop()
        memoryWatch?.stop()
        // Last: from here on whatever is left of its jobs is anybody's.
        cluster.keeper.leave()
        do {
            try store.close()
        } catch {
            logger.warning("store not closed", metadata: ["cause": "\(error)"])
        }
        // A prediction that was not done in time still runs; `exit` would take what it uses, code that oneDNN made among it.
        fflush(nil)
        _exit(0)
    }

    /// Tells on standard output where the server can be asked, a line an address, and in the log of its other sockets.
    private func tell(_ addresses: [ListenAddress]) {
        var lines: [String] = []
        for address in addresses {
            switch address {
            case .ip: lines.append("trainyard listening on http://\(address)")
            case .unix: logger.info("listening too", metadata: ["address": "\(address)"])
            }
        }
        StandardOutput.write(lines.joined(separator: "\n"))
    }

    /// Tells in the log what became of the modes in the data folder, where they were others than they should be.
    private func tell(_ changes: PermissionChanges) {
        let mode = DataMode.text(settings.storeOptions.permissions)
        if !changes.changed.isEmpty {
            logger.notice(
                "the modes in the data folder were changed",
                metadata: ["paths": "\(changes.changed.count)", "first": "\(changes.changed[0])", "mode": "\(mode)"]
            )
        }
        for path in changes.left {
            logger.warning(
                "a mode in the data folder stays as it is",
                metadata: ["path": "\(path)", "mode": "\(mode)"]
            )
        }
    }

    private func openStore() throws(StartError) -> Store {
        if let address = settings.store { return try openStore(on: address) }
        do {
            let store = try Store.open(at: settings.dataFolder, options: settings.storeOptions)
            try DatasetCatalog.storeBuiltIns(in: store, logger: logger)
            try store.nodes.endLeases { _, process in ProcessName.isDead(process) }
            return store
        } catch {
            let status = (error as? StoreError).map(CommandError.status) ?? 70
            throw .dataFolder("--data \(settings.dataFolder): \(error)", status: status)
        }
    }

    /// Opens a store on a PostgreSQL, which need not answer yet.
    private func openStore(on address: StoreAddress) throws(StartError) -> Store {
        do throws(StoreError) {
            let store = try Store.open(on: address, cache: settings.dataFolder, options: settings.storeOptions)
            logger.info("a PostgreSQL has the store", metadata: ["store": "\(address)"])
            BuiltInDatasets(store: store, logger: logger).start()
            return store
        } catch {
            throw .dataFolder("--store: \(error)", status: CommandError.status(of: error))
        }
    }

    private func server(
        _ router: Router,
        observer: any ServerObserver,
        form: @escaping @Sendable (Problem, [String]) -> Response?
    ) -> HTTPServer {
        var configuration = settings.http
        configuration.addresses.insert(
            contentsOf: settings.hosts.map { .ip(host: $0, port: UInt16(settings.port)) },
            at: 0
        )
        configuration.limits.bodyBytes = settings.maximumBody
        configuration.tokens = settings.tokens
        warnOfShortTokens()
        return HTTPServer(
            router: router,
            configuration: configuration,
            observer: observer,
            logger: logger,
            problem: { [logger] error in
                if case .corrupt(let message) = error as? StoreError {
                    logger.error("what is stored is damaged", metadata: ["cause": "\(message)"])
                }
                return Problem(cause: error)
            },
            form: form
        )
    }

    /// Reads the token file again; one with a mistake changes nothing.
    private func reloadTokens() {
        guard let tokens = settings.tokens else { return }
        do {
            let hasChanged = try tokens.reload()
            let file: Logger.Metadata = ["file": "\(tokens.path)", "tokens": "\(tokens.count)"]
            logger.info(
                "\(hasChanged ? "tokens read again, others now" : "tokens read again, the same as before")",
                metadata: file
            )
            if !hasChanged, let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty,
                tokens.path.hasPrefix(folder)
            {
                logger.warning(
                    "the file is systemd's copy, made at the start of the service: restart it to have a changed one count",
                    metadata: file
                )
            }
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
