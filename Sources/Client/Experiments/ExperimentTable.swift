internal import JSON

/// Experiments as people read them.
enum ExperimentTable {
    /// A line an experiment.
    static func table(of experiments: [JSONValue]) -> Table {
        var table = Table("experiment", "state", "search", "trials", "finished", "epochs", "metric", "created")
        for experiment in experiments {
            let state = experiment.text("state") ?? ""
            table.add([
                Table.Cell(experiment.text("name") ?? ""), Table.Cell(state, colour: .ofState(state)),
                Table.Cell(experiment.text("search") ?? ""), .number(experiment.number("trials")),
                .number(experiment.number("finished")), .number(experiment.number("epochs_trained")),
                Table.Cell(experiment.text("metric") ?? ""),
                Table.Cell(Figures.instant(experiment.text("created_at") ?? "")),
            ])
        }
        return table
    }

    /// What is to be said of one experiment.
    static func pairs(of experiment: JSONValue) -> Table {
        let state = experiment.text("state") ?? ""
        var pairs: [(String, Table.Cell)] = [
            ("experiment", Table.Cell(experiment.text("name") ?? "")),
            ("state", Table.Cell(state, colour: .ofState(state))),
        ]
        for name in ["search", "metric", "mode"] { pairs.append((name, Table.Cell(experiment.text(name) ?? ""))) }
        for name in ["folds", "repeats", "seed", "max_seconds", "trials", "finished", "epochs_trained"] {
            guard let number = experiment.number(name) else { continue }
            pairs.append((name.replacing("_", with: " "), Table.Cell(Figures.text(number))))
        }
        for name in ["created_at", "finished_at"] {
            guard let text = experiment.text(name) else { continue }
            pairs.append((String(name.dropLast("_at".count)), Table.Cell(Figures.instant(text))))
        }
        if let detail = experiment["error"]?.text("detail") {
            pairs.append(("error", Table.Cell(detail, colour: .red)))
        }
        return Table(pairs: pairs)
    }

    /// A line a trial, the best first, with a column a parameter under the last name of its path.
    static func leaderboard(of experiment: JSONValue) -> Table {
        let paths = experiment["space"]?.members.map(\.key) ?? []
        let names = paths.map { String($0.split(separator: "/").last ?? "") }
        let isPlain = Set(names).count == names.count
        var table = Table(
            heading: ["trial", "state", experiment.text("metric") ?? "score", "deviation", "epochs"]
                + (isPlain ? names : paths) + ["jobs"]
        )
        for trial in experiment.list("leaderboard") {
            let state = trial.text("state") ?? ""
            let jobs = trial.list("jobs").compactMap { try? $0.string() }
            table.add(
                [
                    .number(trial.number("trial")), Table.Cell(state, colour: .ofState(state)),
                    .number(trial.number("mean")), .number(trial.number("deviation")), .number(trial.number("epochs")),
                ]
                    + paths.map { path in
                        let value = trial["values"]?[path]
                        return value?.kind == .number
                            ? .number(try? value?.double()) : Table.Cell((try? value?.string()) ?? value?.line ?? "")
                    } + [Table.Cell(jobs.joined(separator: " "))]
            )
        }
        return table
    }
}
