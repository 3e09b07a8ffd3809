internal import ArgumentParser
internal import JSON

/// `trainyard watch [ID]`: what happens to one job, or to all.
struct Watch: ClientCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow one job to its end, or all jobs until Ctrl-C.",
        discussion: """
            At a terminal the curves of one job are drawn as its epochs end; elsewhere, with --lines and of all jobs, an \
            event is a line. Of one job the status is 1 where it fails or is cancelled. Ctrl-C ends the watching, not the job.
            """
    )

    @Argument(help: "The job's id (default: all jobs).")
    var job: String?

    @Option(help: ArgumentHelp("The metric whose curve is drawn, with its val_ twin.", valueName: "name"))
    var metric = "loss"

    @Flag(help: "Write a line an event at a terminal too.")
    var lines = false

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let client = try server.client()
        let output = server.output
        var display = JobDisplay()
        defer { display.clear() }
        guard let job else {
            Interruption.endsWatching("no longer watching; the jobs go on")
            try EventFollower(client: client, path: ["events"]).follow { event throws(Failure) in
                try Self.show(event, of: event.json?.text("job") ?? "", on: &display, output)
                return true
            }
            return
        }
        JobWatch.endsWithInterruption(job)
        if !lines, !output.isJSON, var curves = CurveDisplay(metric: metric) {
            let ended = try JobFollower(client: client, id: job).follow { event throws(Failure) in
                try curves.show(event, job: job, on: output)
            }
            try curves.finish(on: output)
            return try JobFollower.checkSuccess(of: ended)
        }
        let ended = try JobFollower(client: client, id: job).follow { event throws(Failure) in
            try Self.show(event, of: job, on: &display, output)
        }
        try JobFollower.checkSuccess(of: ended)
    }

    private static func show(
        _ event: ServerEvent,
        of job: String,
        on display: inout JobDisplay,
        _ output: Output
    ) throws(Failure) {
        if output.isJSON, let data = event.json, data.kind == .object {
            display.clear()
            try output.json { json in
                json.field("event", event.name)
                if data["job"] == nil { json.field("job", job) }
                for (key, value) in data.members { json.field(key, value) }
            }
        } else if !output.isJSON, let line = display.line(event, job: job, colour: output.coloured) {
            display.clear()
            try output.styled(line)
        }
        display.draw(event, job: job)
    }
}
