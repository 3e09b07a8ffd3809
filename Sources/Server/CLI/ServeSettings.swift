import Foundation
import ModelStore
import NN

/// What `trainyard serve` was told, checked: a flag counts before its environment variable.
struct ServeSettings: Sendable {
    /// The address to listen on.
    let host: String
    /// The port; 0 for a free one.
    let port: Int
    /// The folder for all that outlives the process.
    let dataFolder: String
    /// How many jobs train at once.
    let workers: Int
    /// How many threads take part in each job.
    let threads: Int
    /// The tokens of which a request must carry one; nil where none is needed.
    let tokens: AccessTokens?
    /// The bytes of a body that is held in memory.
    let maximumBody: Int
    /// How large models and their batches may be.
    let limits: Limits
    /// The limits of the store.
    let storeOptions: StoreOptions
    /// What the store keeps, and for how long.
    let retention: RetentionRules
    /// How often a running job saves a checkpoint.
    let checkpointInterval: Duration

    static let standardHost = "127.0.0.1"
    static let standardPort = 8080
    static let standardFolder = "./trainyard-data"
    private static let standardBody = 64 << 20

    /// - Throws: `StartError.usage` naming the flag or variable that is wrong.
    init(_ flags: Serve, environment: [String: String]) throws(StartError) {
        func setting(_ flag: String, _ value: String?) -> (source: String, text: String)? {
            if let value { return ("--\(flag)", value) }
            let variable = "TRAINYARD_" + flag.uppercased().replacingOccurrences(of: "-", with: "_")
            return environment[variable].map { (variable, $0) }
        }
        func integer(_ flag: String, _ value: String?, _ range: ClosedRange<Int>) throws(StartError) -> Int? {
            guard let (source, text) = setting(flag, value) else { return nil }
            guard let number = Int(text), range.contains(number) else {
                throw .usage(
                    "\(source): expected an integer from \(range.lowerBound) to \(range.upperBound), found \"\(text)\""
                )
            }
            return number
        }
        func number(_ flag: String, _ value: String?, _ range: ClosedRange<Double>) throws(StartError) -> Double? {
            guard let (source, text) = setting(flag, value) else { return nil }
            guard let number = Double(text), range.contains(number) else {
                throw .usage(
                    "\(source): expected a number from \(range.lowerBound) to \(range.upperBound), found \"\(text)\""
                )
            }
            return number
        }
        func text(_ flag: String, _ value: String?) throws(StartError) -> String? {
            guard let (source, text) = setting(flag, value) else { return nil }
            if text.isEmpty { throw .usage("\(source): expected a value, found an empty one") }
            return text
        }
        host = try text("host", flags.host) ?? Self.standardHost
        port = try integer("port", flags.port, 0...65535) ?? Self.standardPort
        dataFolder = try text("data", flags.data) ?? Self.standardFolder
        workers = try integer("workers", flags.workers, 1...256) ?? 1
        threads =
            try integer("threads", flags.threads, 1...1024)
            ?? max(1, ProcessInfo.processInfo.activeProcessorCount / workers)
        maximumBody = try integer("max-body", flags.maxBody, 1024...1 << 40) ?? Self.standardBody
        tokens = try text("token-file", flags.tokenFile).map { path throws(StartError) in try AccessTokens(file: path) }
        checkpointInterval = .seconds(try number("checkpoint-interval", flags.checkpointInterval, 0.05...86_400) ?? 10)
        let standard = Limits.standard
        limits = Limits(
            parameters: try integer("max-parameters", flags.maxParameters, Limits.allowed) ?? standard.parameters,
            activations: try integer("max-activations", flags.maxActivations, Limits.allowed) ?? standard.activations,
            batchActivations: try integer("max-batch-activations", flags.maxBatchActivations, Limits.allowedForBatch)
                ?? standard.batchActivations
        )
        var options = StoreOptions()
        options.queueLimit = try integer("queue-limit", flags.queueLimit, 1...1_000_000) ?? options.queueLimit
        options.leaseMilliseconds = Int64((try number("lease", flags.lease, 0.2...3600) ?? 8) * 1000)
        // With the doubling wait between them, twenty attempts go on for more than an hour.
        options.maximumAttempts = 20
        storeOptions = options
        var retention = RetentionRules()
        retention.versionsPerModel = try integer("keep-versions", flags.keepVersions, 1...1_000_000)
        retention.finishedJobsForMilliseconds = try number("keep-jobs", flags.keepJobs, 0...36_500)
            .map { Int64($0 * 86_400_000) }
        self.retention = retention
    }
}
