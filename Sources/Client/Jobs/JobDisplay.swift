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
            guard let epoch = data.number("epoch"), let all = data.number("epochs"), all > 0 else { return }
            epochs[job] = all
            let within = (data.number("step") ?? 0) / max(data.number("steps") ?? 1, 1)
            let left = data.number("eta_seconds").map { "\(Figures.duration($0)) left" }
            show(job, share: (epoch - 1 + within) / all, "epoch \(Figures.text(epoch))/\(Figures.text(all))", left)
        case "epoch":
            guard let epoch = data.number("epoch") else { return }
            let measured = data.numbers.filter { !Self.steering.contains($0.name) }
            metrics[job] = Figures.metrics(Array(measured.prefix(2)))
            guard let all = epochs[job] else { return }
            show(job, share: epoch / all, "epoch \(Figures.text(epoch))/\(Figures.text(all))", nil)
        case "state": if data.text("state") != "running" { bar.clear() }
        default: break
        }
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

    private func show(_ job: String, share: Double, _ epoch: String, _ left: String?) {
        let note = [epoch, metrics[job], left].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "  ")
        bar.draw("job \(job)", share: share, note)
    }
}
