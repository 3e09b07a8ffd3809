internal import JSON

/// An evaluation as people read it: figures, then a line a class.
enum EvaluationText {
    /// Writes it.
    static func write(_ evaluation: JSONValue, to output: Output) throws(Failure) {
        var pairs: [(String, Table.Cell)] = []
        for name in ["model", "version", "dataset", "part", "rows"] {
            guard let value = evaluation[name], !value.isNull else { continue }
            pairs.append((name, Table.Cell((try? value.string()) ?? value.line)))
        }
        for (name, value) in evaluation["metrics"]?.numbers ?? [] {
            pairs.append((name, Table.Cell(Figures.text(value))))
        }
        if let error = evaluation["calibration"]?.number("expected_calibration_error") {
            pairs.append(("calibration error", Table.Cell(Figures.text(error))))
        }
        for (name, value) in evaluation["residuals"]?.numbers ?? [] {
            pairs.append(("residual \(name)", Table.Cell(Figures.text(value))))
        }
        for (name, value) in evaluation["residuals"]?["quantiles"]?.numbers ?? [] {
            pairs.append(("residual quantile \(name)", Table.Cell(Figures.text(value))))
        }
        try output.table(Table(pairs: pairs))
        let classes = evaluation.list("classes")
        guard !classes.isEmpty else { return }
        var table = Table("class", "precision", "recall", "f1", "support", "roc_auc", "average_precision")
        for row in classes {
            let name = row.text("label") ?? row["class"]?.line ?? ""
            table.add([Table.Cell(name)] + (table.heading ?? []).dropFirst().map { .number(row.number($0)) })
        }
        for name in ["macro", "weighted"] {
            guard let row = evaluation["averages"]?[name] else { continue }
            table.add([Table.Cell(name)] + (table.heading ?? []).dropFirst().map { .number(row.number($0)) })
        }
        try output.line("")
        try output.table(table)
    }
}
