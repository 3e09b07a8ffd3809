import Foundation
import HTTP
import ModelStore
import NN
import Platform

/// What `trainyard serve` was told, checked: a flag counts before its environment variable.
struct ServeSettings: Sendable {
    /// What the machine allows.
    let sizing: Sizing
    /// The addresses to listen on, at least one.
    let hosts: [String]
    /// Their port; 0 for a free one.
    let port: Int
    /// The PostgreSQL for all that outlives the process; nil for the folder.
    let store: StoreAddress?
    /// The folder for all that outlives the process, or for copies of what a PostgreSQL has.
    let dataFolder: String
    /// How many jobs train at once; 0 for none.
    let workers: Int
    /// What the process is called among others.
    let node: NodeName
    /// How its ranks speak to those of others.
    let ranks: RankTransport
    /// How many threads take part in each job.
    let threads: Int
    /// The tokens of which a request must carry one; nil where none is needed.
    let tokens: BearerTokens?
    /// How the server listens beside `hosts` and `port`, and what it bears from clients.
    let http: ServerConfiguration
    /// The bytes of a body that is held in memory.
    let maximumBody: Int
    /// How large models and their batches may be.
    let limits: NN.Limits
    /// The limits of the store.
    let storeOptions: StoreOptions
    /// What the store keeps, and for how long.
    let retention: RetentionRules
    /// How often a running job saves a checkpoint.
    let checkpointInterval: Duration
    /// The model that is asked where a request of a dialect names none; nil for none.
    let defaultModel: ModelChoice?
    /// What a service that runs the program in a container says of its place there.
    let container: ContainerSettings
    /// Whether the server stops when standard input ends, as when who started it is no more.
    let endsWithInput: Bool

    static let standardHost = "127.0.0.1"
    static let standardPort = 8080
    static let standardFolder = "./trainyard-data"

    /// - Throws: `StartError.usage` naming the flag or variable that is wrong.
    init(_ flags: Serve, environment: [String: String]) throws(StartError) {
        let reader = SettingReader(environment: environment)
        sizing = Sizing(resources: MachineResources())
        container = try ContainerSettings(environment)
        hosts = try reader.list("host", flags.host)?.items ?? [container.host ?? Self.standardHost]
        port = try reader.integer("port", flags.port, 0...65535) ?? container.port ?? Self.standardPort
        defaultModel = try reader.setting("default-model", flags.defaultModel).map { setting throws(StartError) in
            guard let choice = ModelChoice(setting.text) else {
                throw .usage("\(setting.source): expected NAME or NAME@VERSION, found \"\(setting.text)\"")
            }
            return choice
        }
        dataFolder = try reader.text("data", flags.data) ?? Self.standardFolder
        store = try flags.postgresql.address(reader)
        workers = try reader.integer("workers", flags.workers, 0...256) ?? 1
        node = try NodeName(reader.setting("node", flags.node))
        ranks = try flags.ranks.transport(reader)
        threads =
            try reader.integer("threads", flags.threads, 1...1024) ?? max(1, sizing.threads / max(1, workers))
        maximumBody = try reader.integer("max-body", flags.maxBody, 1024...1 << 40) ?? sizing.bodyBytes
        tokens = try reader.text("token-file", flags.tokenFile).map { path throws(StartError) in
            do {
                return try BearerTokens(path: path)
            } catch {
                throw .usage("--token-file: \(error)")
            }
        }
        for host in hosts {
            try Self.checkExposure(
                host,
                hasTokens: tokens != nil,
                anonymous: reader.setting("anonymous", flags.anonymous)
            )
        }
        http = try flags.http.configuration(reader, loops: sizing.loops)
        checkpointInterval = .seconds(
            try reader.number("checkpoint-interval", flags.checkpointInterval, 0.05...86_400) ?? 10
        )
        endsWithInput = flags.untilInputEnds
        let standard = NN.Limits.standard
        limits = NN.Limits(
            parameters: try reader.integer("max-parameters", flags.maxParameters, NN.Limits.allowed)
                ?? standard.parameters,
            activations: try reader.integer("max-activations", flags.maxActivations, NN.Limits.allowed)
                ?? standard.activations,
            batchActivations: try reader.integer(
                "max-batch-activations",
                flags.maxBatchActivations,
                NN.Limits.allowedForBatch
            ) ?? standard.batchActivations
        )
        var options = StoreOptions()
        options.queueLimit = try reader.integer("queue-limit", flags.queueLimit, 1...1_000_000) ?? options.queueLimit
        options.leaseMilliseconds = Int64((try reader.number("lease", flags.lease, 0.2...3600) ?? 8) * 1000)
        // With the doubling wait between them, twenty attempts go on for more than an hour.
        options.maximumAttempts = 20
        options.permissions = try DataMode.permissions(reader, flags.dataMode)
        try flags.postgresql.set(&options, reader)
        storeOptions = options
        var retention = RetentionRules()
        retention.versionsPerModel = try reader.integer("keep-versions", flags.keepVersions, 1...1_000_000)
        retention.finishedJobsForMilliseconds = try reader.number("keep-jobs", flags.keepJobs, 0...36_500)
            .map { Int64($0 * 86_400_000) }
        self.retention = retention
    }

    /// Holds an address that others reach against who may come without a token.
    private static func checkExposure(
        _ host: String,
        hasTokens: Bool,
        anonymous: (source: String, text: String)?
    ) throws(StartError) {
        let (source, text) = anonymous ?? ("--anonymous", "anyone")
        guard ["anyone", "local"].contains(text) else {
            throw .usage("\(source): expected \"anyone\" or \"local\", found \"\(text)\"")
        }
        guard text == "local", !hasTokens, !ListenAddress.ip(host: host, port: 0).isLocal else { return }
        throw .usage(
            "--host \(host): whoever reaches this address could use the server; give --token-file FILE "
                + "(TRAINYARD_TOKEN_FILE), or --anonymous anyone (TRAINYARD_ANONYMOUS=anyone) where that is meant"
        )
    }
}
