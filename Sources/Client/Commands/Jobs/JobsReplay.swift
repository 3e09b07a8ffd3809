internal import ArgumentParser

/// `trainyard jobs replay ID`: has a job's training repeated and compared.
struct JobsReplay: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Train a job again, and compare the weights; prints the new job's id.",
        discussion: "With --wait the status is 1 where the weights are not the same, bit for bit."
    )

    @Argument(help: "The job's id.")
    var id: String

    @Flag(help: "Follow the new job to its end.")
    var wait = false

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) { try NewJob(Request("POST", "jobs", id, "replay")).submit(server, waits: wait) }
}
