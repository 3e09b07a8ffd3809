internal import JSON

/// Jobs as people read them.
enum JobTable {
    /// A line a job.
    static func table(of jobs: [JSONValue]) -> Table {
        var table = Table("job", "state", "model", "dataset", "epoch", "loss", "created")
        for job in jobs {
            let state = job.text("state") ?? ""
            table.add([
                Table.Cell(job.text("id") ?? ""), Table.Cell(state, colour: .ofState(state)),
                Table.Cell(job.text("model") ?? ""), Table.Cell(job.text("dataset") ?? ""), epoch(of: job),
                .number(job["metrics"]?.number("loss")), Table.Cell(Figures.instant(job.text("created_at") ?? "")),
            ])
        }
        return table
    }

    /// What is to be said of one job.
    static func pairs(of job: JSONValue) -> Table {
        let state = job.text("state") ?? ""
        var pairs: [(String, Table.Cell)] = [
            ("job", Table.Cell(job.text("id") ?? "")), ("state", Table.Cell(state, colour: .ofState(state))),
        ]
        for name in ["model", "dataset", "experiment"] {
            if let text = job.text(name) { pairs.append((name, Table.Cell(text))) }
        }
        pairs.append(("epoch", Table.Cell(epoch(of: job).text)))
        if let left = job["progress"]?.number("eta_seconds"), state == "running" {
            pairs.append(("left", Table.Cell(Figures.duration(left))))
        }
        for (name, value) in job["metrics"]?.numbers ?? [] { pairs.append((name, Table.Cell(Figures.text(value)))) }
        if let version = job.number("version") { pairs.append(("version", Table.Cell(Figures.text(version)))) }
        if let fork = job["forked_from"] {
            let epoch = fork.number("epoch").map(Figures.text) ?? "?"
            pairs.append(("forked from", Table.Cell("job \(fork.text("job") ?? "?"), epoch \(epoch)")))
        }
        if let replay = replay(in: job) { pairs.append(("replay", Table.Cell(replay))) }
        let kept = job.list("kept_epochs").compactMap { try? $0.int() }
        if !kept.isEmpty { pairs.append(("kept epochs", Table.Cell(kept.map(String.init).joined(separator: ", ")))) }
        for name in ["created_at", "started_at", "finished_at"] {
            guard let text = job.text(name) else { continue }
            pairs.append((String(name.dropLast("_at".count)), Table.Cell(Figures.instant(text))))
        }
        if let detail = job["error"]?.text("detail") { pairs.append(("error", Table.Cell(detail, colour: .red))) }
        return Table(pairs: pairs)
    }

    /// The figures of a job that has ended, a line each.
    static func figures(of job: JSONValue) -> Table {
        let metrics = job["metrics"]?.numbers ?? []
        return Table(pairs: [("epochs", epoch(of: job))] + metrics.map { ($0.name, .number($0.value)) })
    }

    /// A job that has ended, in a sentence.
    static func sentence(of job: JSONValue) -> String {
        let version =
            replay(in: job).map { ", \($0)" } ?? job.number("version").map {
                ", version \(Figures.text($0)) of \(job.text("model") ?? "")"
            } ?? ""
        let metrics = Figures.metrics(job["metrics"]?.numbers ?? [])
        return
            "job \(job.text("id") ?? "") \(job.text("state") ?? "")\(version)\(metrics.isEmpty ? "" : ": \(metrics)")"
    }

    /// What is to be said of a replay; nil for any other job.
    private static func replay(in job: JSONValue) -> String? {
        guard let replay = job["replay"] else { return nil }
        let of = "job \(replay.text("of") ?? "?")"
        return switch try? replay["identical"]?.bool() {
        case true: "the weights of \(of)"
        case false: "other weights than \(of)"
        default: "repeats \(of)"
        }
    }

    private static func epoch(of job: JSONValue) -> Table.Cell {
        guard let progress = job["progress"], let epoch = progress.number("epoch") else { return "" }
        let all = progress.number("epochs").map { "/\(Figures.text($0))" } ?? ""
        return Table.Cell("\(Figures.text(epoch))\(all)", isNumber: true)
    }
}
