internal import ArgumentParser

/// `trainyard jobs wait ID`: follows a job to its end.
struct JobsWait: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait for a job's end, and print what came of it.",
        discussion: "The status is 1 where it fails or is cancelled. Ctrl-C ends the waiting, not the job."
    )

    @Argument(help: "The job's id.")
    var id: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let client = try server.client()
        JobWatch.endsWithInterruption(id)
        let job = try JobFollower(client: client, id: id).followWithBar()
        if server.output.isJSON {
            try server.output.json(job)
        } else {
            try server.output.line(JobTable.sentence(of: job))
        }
        try JobFollower.checkSuccess(of: job)
    }
}
