internal import JSON

/// A job's curves on a terminal, drawn anew in their place as epochs end.
struct CurveDisplay {
    /// The metric whose curve is drawn beside its `val_` twin.
    let metric: String
    private let terminal = Terminal.standardOutput
    private var curves: [Chart.Curve]
    private var lines = JobDisplay()
    private var status = ""
    /// How many lines stand there now.
    private var height = 0
    private var drawn: ContinuousClock.Instant?

    /// The least time between two drawings.
    private static let pause = Duration.milliseconds(100)
    private static let greatestHeight = 12
    /// What stands beside the curves: axis, legend, status, and a line to spare.
    private static let otherLines = 4
    private static let leastColumns = 40

    /// Curves of a metric; nil where standard output can't show any.
    init?(metric: String) {
        guard terminal.canMove, let width = terminal.width, width >= Self.leastColumns,
            terminal.height > Self.otherLines + 2
        else { return nil }
        self.metric = metric
        curves = [Chart.Curve(name: metric), Chart.Curve(name: "val_\(metric)")]
    }

    /// Takes an event in, and shows it.
    mutating func show(_ event: ServerEvent, job: String, on output: Output) throws(Failure) {
        guard let data = event.json else { return }
        switch event.name {
        case "epoch":
            take(data)
            status = lines.line(event, job: job) { text, _ in text } ?? status
            try draw(on: output, isUrgent: false)
        case "progress":
            lines.take(event, job: job)
            status = lines.status(event, job: job) ?? status
            try draw(on: output, isUrgent: false)
        default:
            guard let line = lines.line(event, job: job, colour: output.coloured) else { return }
            if data.text("state") != "running" { status = "" }
            try replace(with: [line], keeps: 1, on: output)
            try draw(on: output, isUrgent: true)
        }
    }

    /// Shows all that has come.
    mutating func finish(on output: Output) throws(Failure) { try draw(on: output, isUrgent: true) }

    private mutating func take(_ epoch: JSONValue) {
        // An epoch that is told again, by a server that went on at a checkpoint, takes the place of what it was.
        let place = max(0, Int(epoch.number("epoch") ?? 1) - 1)
        for index in curves.indices {
            guard let member = epoch[curves[index].name] else { continue }
            let missing = place - curves[index].values.count
            if missing < 0 { curves[index].values.removeLast(-missing) }
            if missing > 0 { curves[index].values += [Double?](repeating: nil, count: missing) }
            curves[index].values.append(try? member.double())
        }
    }

    private mutating func draw(on output: Output, isUrgent: Bool) throws(Failure) {
        guard isUrgent || drawn.map({ .now - $0 >= Self.pause }) ?? true, let width = terminal.width else { return }
        drawn = .now
        let rows = min(Self.greatestHeight, terminal.height - Self.otherLines)
        let chart = Chart(width: width - 1, height: max(2, rows), isUnicode: terminal.isUnicode)
        var shown = chart.lines(curves.filter { !$0.values.isEmpty }, colour: output.coloured)
        if !status.isEmpty { shown.append(PrintableText.cut(status, to: width - 1)) }
        try replace(with: shown, keeps: 0, on: output)
    }

    /// Writes lines over those that stand there, of which the first so many stay for good.
    private mutating func replace(with shown: [String], keeps kept: Int, on output: Output) throws(Failure) {
        var text = height > 0 ? "\u{1B}[\(height)A" : ""
        for line in shown { text += "\r\u{1B}[K\(line)\n" }
        // What stood below is taken away.
        if height > shown.count { text += "\u{1B}[J" }
        height = shown.count - kept
        if !text.isEmpty { try output.raw(text) }
    }
}
