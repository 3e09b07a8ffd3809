internal import JSON

/// A request that makes a job.
struct NewJob {
    /// The request.
    let request: Request
    /// What it was made of, to which the server's faults belong.
    let source: (any FaultSource)?

    init(_ request: Request, source: (any FaultSource)? = nil) { (self.request, self.source) = (request, source) }

    /// Sends it and prints the job's id; follows the job to its end where that is wanted.
    func submit(_ server: ServerOptions, label: String? = nil, waits: Bool) throws(Failure) {
        let client = try server.client()
        let job = try client.answer(to: request, source: source).json()
        let id = job.text("id") ?? ""
        for note in job.list("notes").compactMap({ try? $0.string() }) {
            let prefix = label.map { "\($0): " } ?? ""
            Terminal.standardError.write(PrintableText.line("\(prefix)\(note)") + "\n")
        }
        if server.output.isJSON { try server.output.json(job) } else { try server.output.line(id) }
        guard waits else { return }
        JobWatch.endsWithInterruption(id)
        let ended = try JobFollower(client: client, id: id).followWithBar()
        if server.output.isJSON {
            try server.output.json(ended)
        } else {
            Terminal.standardError.write(PrintableText.line(JobTable.sentence(of: ended)) + "\n")
        }
        try JobFollower.checkSuccess(of: ended)
    }
}
