import ArgumentParser

/// `trainyard serve`: every flag may also stand in the environment, as `TRAINYARD_<FLAG>`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer requests until SIGTERM or SIGINT.",
        discussion: "Every flag also reads TRAINYARD_<FLAG> from the environment, as in TRAINYARD_MAX_BODY=1000000."
    )

    // Texts, since a flag and its variable share their rules, and each mistake is one line.
    @Option(
        help: ArgumentHelp(
            "The addresses to listen on, separated by commas or a flag each (default: \(ServeSettings.standardHost)).",
            valueName: "addresses"
        )
    )
    var host: [String] = []

    @Option(help: ArgumentHelp("The port, 0 for a free one (default: \(ServeSettings.standardPort)).", valueName: "n"))
    var port: String?

    @Option(help: ArgumentHelp("The data folder (default: \(ServeSettings.standardFolder)).", valueName: "folder"))
    var data: String?

    @Option(help: DataMode.help)
    var dataMode: String?

    @Option(
        help: ArgumentHelp(
            "How many jobs train at once, 0 to take them in and leave them to other nodes (default: 1).",
            valueName: "n"
        )
    )
    var workers: String?

    @Option(
        help: ArgumentHelp("What people call this process among others (default: the host name).", valueName: "name")
    )
    var node: String?

    @Option(help: ArgumentHelp("How many threads each job trains on (default: all cores allowed).", valueName: "n"))
    var threads: String?

    @Option(
        help: ArgumentHelp(
            "A file of bearer tokens, \"read TOKEN\" or \"full TOKEN\" a line; requests need one of them.",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Who needs no token where there is no --token-file: anyone, or local to serve this machine alone.",
            valueName: "whom"
        )
    )
    var anonymous: String?

    @Option(
        help: ArgumentHelp(
            "The longest request body, apart from uploads (default: 67108864, or less).",
            valueName: "bytes"
        )
    )
    var maxBody: String?

    @Option(help: ArgumentHelp("The most weights of a model (default: 268435456).", valueName: "n"))
    var maxParameters: String?

    @Option(
        help: ArgumentHelp("The most numbers in a model's results for one sample (default: 67108864).", valueName: "n")
    )
    var maxActivations: String?

    @Option(
        help: ArgumentHelp("The most numbers in a model's results for a batch (default: 4294967296).", valueName: "n")
    )
    var maxBatchActivations: String?

    @Option(help: ArgumentHelp("How many jobs may wait; one more is refused (default: 1000).", valueName: "n"))
    var queueLimit: String?

    @Option(help: ArgumentHelp("How often a running job saves a checkpoint (default: 10).", valueName: "seconds"))
    var checkpointInterval: String?

    @Option(help: ArgumentHelp("How long a job waits for a node that hangs (default: 8).", valueName: "seconds"))
    var lease: String?

    @Option(help: ArgumentHelp("How many versions of each model to keep (default: all).", valueName: "n"))
    var keepVersions: String?

    @Option(help: ArgumentHelp("How long to keep jobs that have ended (default: until deleted).", valueName: "days"))
    var keepJobs: String?

    @Option(
        help: ArgumentHelp(
            "The model that POST /invocations asks where a request names none, perhaps with a version or alias.",
            valueName: "name[@version]"
        )
    )
    var defaultModel: String?

    // For a program that starts a server for itself and may be killed before it can end it.
    @Flag(help: ArgumentHelp("Stop also when standard input ends.", visibility: .hidden))
    var untilInputEnds = false

    @OptionGroup var postgresql: StoreFlags

    @OptionGroup var ranks: RankFlags

    @OptionGroup var http: HTTPFlags

    /// Serves until a signal comes.
    func run() async throws {
        let settings = try ServeSettings(self, environment: ServiceLinks.environment)
        try await Application(settings).run()
    }
}
