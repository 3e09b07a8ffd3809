internal import ArgumentParser
internal import JSON

/// `trainyard jobs list`: a line a job.
struct JobsList: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List jobs, newest first.")

    @Option(help: ArgumentHelp("Only jobs in this state, such as running.", valueName: "state"))
    var state: String?

    @Option(help: ArgumentHelp("Only jobs of this model.", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("Only jobs of this experiment.", valueName: "name"))
    var experiment: String?

    @Option(help: ArgumentHelp("How many at most (default: all).", valueName: "n"))
    var limit: Int?

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit: expected an integer from 1, found \(limit)") }
    }

    func execute() throws(Failure) {
        let client = try server.client()
        let most = limit ?? .max
        var jobs: [JSONValue] = []
        var next: String?
        repeat {
            var request = Request("GET", "jobs")
            request.query = [("limit", "\(min(most - jobs.count, Self.pageSize))")]
            request.query += state.map { [("state", $0)] } ?? []
            request.query += model.map { [("model", $0)] } ?? []
            request.query += experiment.map { [("experiment", $0)] } ?? []
            request.query += next.map { [("after", $0)] } ?? []
            let page = try client.answer(to: request).json()
            jobs += page.list("jobs")
            next = page.text("next")
        } while next != nil && jobs.count < most
        guard server.output.isJSON else { return try server.output.table(JobTable.table(of: jobs)) }
        for job in jobs { try server.output.json(job) }
    }

    private static let pageSize = 100
}
