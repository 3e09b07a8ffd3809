internal import JSON

/// A request that has a job do something else, answered with the job.
struct JobSteering {
    /// The job's id.
    let id: String
    /// The last segment of the path: `cancel`, `pause` or `resume`.
    let verb: String
    /// The state that it leads to, perhaps a little later.
    let state: String

    /// Sends it, and writes the job's state.
    func execute(_ server: ServerOptions) throws(Failure) {
        let job = try server.client().answer(to: Request("POST", "jobs", id, verb)).json()
        guard !server.output.isJSON else { return try server.output.json(job) }
        // A running job heeds it at its next step.
        let isRunning = job.text("state") == "running" && state != "running"
        try server.output.line("job \(id) \(isRunning ? "is being \(state)" : job.text("state") ?? "")")
    }
}
