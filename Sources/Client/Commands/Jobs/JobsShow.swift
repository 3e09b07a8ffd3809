internal import ArgumentParser
internal import JSON

/// `trainyard jobs show ID`: one job with its figures.
struct JobsShow: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one job and its last epochs.")

    @Argument(help: "The job's id.")
    var id: String

    @Option(help: ArgumentHelp("How many of the last epochs (default: 10).", valueName: "n"))
    var epochs = 10

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if epochs < 0 { throw ValidationError("--epochs: expected an integer from 0, found \(epochs)") }
    }

    func execute() throws(Failure) {
        let job = try server.client().answer(to: Request("GET", "jobs", id)).json()
        guard !server.output.isJSON else { return try server.output.json(job) }
        try server.output.table(JobTable.pairs(of: job))
        let history = job.list("history").suffix(epochs)
        guard let last = history.last else { return }
        var table = Table(heading: last.numbers.map(\.name))
        for entry in history { table.add((table.heading ?? []).map { .number(entry.number($0)) }) }
        try server.output.line("")
        try server.output.table(table)
    }
}
