internal import Foundation
internal import JSON

/// Follows an experiment to its end, across servers that restart.
struct ExperimentFollower {
    /// The client that asks.
    let client: ServerClient
    /// The experiment's name.
    let name: String

    private static let pause: useconds_t = 300_000
    private static let ends: Set<String> = ["succeeded", "failed", "cancelled"]

    /// Follows the experiment with a bar on standard error, and writes its trials, the best first.
    ///
    /// - Throws: What ended it other than success, as `jobFailed`.
    func followAndTell(_ output: Output) throws(Failure) {
        let label = PrintableText.line(name)
        Interruption.endsWatching(
            "no longer watching; experiment \(label) goes on (\"trainyard experiments wait \(label)\" follows it, "
                + "\"trainyard experiments cancel \(label)\" ends it)"
        )
        let ended = try follow()
        if output.isJSON { try output.json(ended) } else { try output.table(ExperimentTable.leaderboard(of: ended)) }
        let state = ended.text("state") ?? ""
        guard state != "succeeded" else { return }
        let cause = ended["error"]?.text("detail").map { ": \($0)" } ?? ""
        throw Failure(
            .jobFailed,
            "experiment \(name) \(state == "cancelled" ? "was cancelled" : "failed\(cause)")"
        )
    }

    /// The experiment as it is at its end; asked for again and again, since the end of its last job isn't yet its own.
    private func follow() throws(Failure) -> JSONValue {
        let bar = ProgressBar()
        defer { bar.clear() }
        var lostSince: ContinuousClock.Instant?
        var hasBegun = false
        while true {
            do throws(Failure) {
                let found = try experiment()
                (lostSince, hasBegun) = (nil, true)
                guard !isOver(found) else { return found }
                draw(found, on: bar)
            } catch {
                let since = lostSince ?? .now
                lostSince = since
                guard error.status == .unavailable, hasBegun, .now - since < Socket.patience else { throw error }
            }
            usleep(Self.pause)
        }
    }

    private func isOver(_ experiment: JSONValue) -> Bool { Self.ends.contains(experiment.text("state") ?? "") }

    private func experiment() throws(Failure) -> JSONValue {
        try client.answer(to: Request("GET", "experiments", name)).json()
    }

    private func draw(_ experiment: JSONValue, on bar: ProgressBar) {
        guard let trials = experiment.number("trials"), trials > 0 else { return }
        let finished = experiment.number("finished") ?? 0
        let best = experiment.list("leaderboard").first?.number("mean").map { mean in
            "  best \(experiment.text("metric") ?? "") \(Figures.text(mean))"
        }
        let note = "\(Figures.text(finished))/\(Figures.text(trials)) trials\(best ?? "")"
        bar.draw("experiment \(name)", share: finished / trials, note)
    }
}
