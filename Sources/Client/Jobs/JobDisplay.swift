internal import JSON

/// What a job's events tell, as a bar and as lines.
struct JobDisplay {
    private let bar = ProgressBar()
    private var epochs: [String: Double] = [:]
    private var metrics: [String: String] = [:]

    /// Moves the bar to where an event says that a job is.
    mutating func draw(_ event: ServerEvent, job: String) {
        guard let data = event.json else { return }
        switch event.name {
        case "progress":
            take(event, job: job)
            guard let epoch = data.number("epoch"), let all = epochs[job] else { return }
            let within = (data.number("step") ?? 0) / max(data.number("steps") ?? 1, 1)
            bar.draw("job \(job)", share: (epoch - 1 + within) / all, note(data, job: job))
        case "epoch":
            guard let epoch = data.number("epoch") else { return }
            let measured = data.numbers.filter { !Self.steering.contains($0.name) }
            metrics[job] = Figures.metrics(Array(measured.prefix(2)))
            guard let all = epochs[job] else { return }
            bar.draw("job \(job)", share: epoch / all, note(data, job: job))
        case "state": if data.text("state") != "running" { bar.clear() }
        default: break
        }
    }

    /// Keeps what an event tells of how long a job is, and draws nothing.
    mutating func take(_ event: ServerEvent, job: String) {
        guard event.name == "progress", let all = event.json?.number("epochs"), all > 0 else { return }
        epochs[job] = all
    }

    /// How far a job is, by an event of its progress; nil for another one.
    func status(_ event: ServerEvent, job: String) -> String? {
        guard event.name == "progress", let data = event.json else { return nil }
        return PrintableText.line("\(job)  \(note(data, job: job))")
    }

    /// Takes the bar away.
    func clear() { bar.clear() }

    /// An event as a line; nil where the bar alone shows it.
    func line(_ event: ServerEvent, job: String, colour: (String, Colour?) -> String) -> String? {
        guard let data = event.json else { return nil }
        switch event.name {
        case "state":
            let state = data.text("state") ?? ""
            let version = data.number("version").map { "  version \(Figures.text($0))" } ?? ""
            return "\(job)  \(colour(PrintableText.line(state), .ofState(state)))\(version)"
        case "epoch":
            let epoch = data.number("epoch").map(Figures.text) ?? "?"
            let all = epochs[job].map { "/\(Figures.text($0))" } ?? ""
            let measured = data.numbers.filter { $0.name != "epoch" && $0.name != "learning_rate" }
            return PrintableText.line("\(job)  epoch \(epoch)\(all)  \(Figures.metrics(measured))")
        case "reset": return "events were missed; \"trainyard jobs\" tells how things stand"
        default: return nil
        }
    }

    private static let steering: Set<String> = ["epoch", "learning_rate", "seconds"]

    /// The epoch, the newest figures, and the time that is left, as far as they are known.
    private func note(_ data: JSONValue, job: String) -> String {
        let all = epochs[job].map { "/\(Figures.text($0))" } ?? ""
        let epoch = data.number("epoch").map { "epoch \(Figures.text($0))\(all)" }
        let left = data.number("eta_seconds").map { "\(Figures.duration($0)) left" }
        return [epoch, metrics[job], left].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "  ")
    }
}
