internal import ArgumentParser
internal import JSON

/// `trainyard jobs fork ID`: has a new job go on from a kept epoch.
struct JobsFork: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork",
        abstract: "Go on from a kept epoch of a job; prints the new job's id.",
        discussion: """
            Epochs are kept where the job's request has "keep_epochs". With --wait the status is 1 where the new job fails or \
            is cancelled.
            """
    )

    @Argument(help: "The job's id.")
    var id: String

    @Option(help: ArgumentHelp("The epoch behind which to go on (default: the newest that is kept).", valueName: "n"))
    var epoch: Int?

    @Flag(help: "Follow the new job to its end.")
    var wait = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if let epoch, epoch < 1 { throw ValidationError("--epoch: expected an integer from 1, found \(epoch)") }
    }

    func execute() throws(Failure) {
        var json = JSONWriter()
        json.object { json in json.field("epoch", ifPresent: epoch) }
        var request = Request("POST", "jobs", id, "fork")
        request.body = .bytes(json.bytes, type: "application/json")
        try NewJob(request).submit(server, waits: wait)
    }
}
