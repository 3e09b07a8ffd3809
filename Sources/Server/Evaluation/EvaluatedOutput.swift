import JSON
import NN

/// What one output of a version is worth, as clients see it.
struct EvaluatedOutput: Sendable {
    /// The output's name.
    let name: String

    private let classifier: ClassifierFigures?
    private let regression: RegressionFigures?
    private let worst: WorstRows
    /// The words of the classes.
    private let words: [String]?
    /// What number a row has for clients.
    private let number: @Sendable (Int) -> Int

    /// Works the figures out.
    ///
    /// - Parameters:
    ///   - output: What came of the output.
    ///   - words: The words of its classes; nil where these are numbers.
    ///   - number: What number a row has for clients.
    init(_ output: ScoredOutput, words: [String]?, number: @escaping @Sendable (Int) -> Int) {
        name = output.name
        classifier = ClassifierFigures(output)
        regression = RegressionFigures(output)
        worst = WorstRows(output)
        (self.words, self.number) = (words, number)
    }

    /// The figures beside those that were measured: the accuracy of classes, or how far values are off.
    var figures: [(name: String, value: Double?)] {
        if let classifier { return [("accuracy", classifier.accuracy)] }
        guard let regression else { return [] }
        return [
            ("mse", regression.meanSquaredError), ("mae", regression.meanAbsoluteError),
            ("rmse", regression.rootMeanSquaredError), ("r2", regression.r2),
        ]
    }

    /// Writes the members behind `metrics`.
    ///
    /// - Parameters:
    ///   - json: The object that is being written.
    ///   - isWhole: Whether points of curves and rows come with it.
    func writeFields(to json: inout JSONWriter, isWhole: Bool) {
        if let classifier { write(classifier, to: &json, isWhole: isWhole) }
        if let residuals = regression?.residuals { write(residuals, to: &json) }
        guard isWhole else { return }
        json.key("worst")
        json.array { json in for row in worst.rows { write(row, to: &json) } }
    }

    private func write(_ classifier: ClassifierFigures, to json: inout JSONWriter, isWhole: Bool) {
        let table = classifier.table
        json.key("classes")
        json.array { json in
            for (place, figures) in table.classes.enumerated() {
                let (roc, curve) = (classifier.rocCurves[place], classifier.precisionRecallCurves[place])
                json.object { json in
                    json.field("class", place)
                    if let words, words.indices.contains(place) { json.field("label", words[place]) }
                    figures.writeFields(to: &json)
                    json.field("support", table.support[place])
                    json.field("roc_auc", roc?.area)
                    json.field("average_precision", curve?.averagePrecision)
                    if isWhole {
                        json.field("roc", roc.map(ROCPoints.init))
                        json.field("precision_recall", curve.map(PrecisionRecallPoints.init))
                    }
                }
            }
        }
        json.key("averages")
        json.object { json in
            for (name, figures) in [("macro", table.macro), ("weighted", table.weighted)] {
                json.key(name)
                json.object { json in figures.writeFields(to: &json) }
            }
        }
        json.field("confusion_matrix", classifier.confusionMatrix)
        json.field("calibration", classifier.calibration.map(CalibrationBins.init))
    }

    private func write(_ residuals: Residuals, to json: inout JSONWriter) {
        json.key("residuals")
        json.object { json in
            json.field("mean", residuals.mean)
            json.field("std", residuals.standardDeviation)
            json.key("quantiles")
            json.object { json in
                for (level, value) in zip(Residuals.levels, residuals.quantiles) { json.field("\(level)", value) }
            }
        }
    }

    private func write(_ row: WorstRows.Row, to json: inout JSONWriter) {
        json.object { json in
            json.field("row", number(row.row))
            json.field("loss", row.loss)
            json.key("target")
            write(row.target, isOne: row.isOne, to: &json)
            json.key("prediction")
            write(row.prediction, isOne: row.isOne, to: &json)
        }
    }

    private func write(_ answers: [WorstRows.Answer]?, isOne: Bool, to json: inout JSONWriter) {
        guard let answers else { return json.null() }
        if isOne, let answer = answers.first { return write(answer, to: &json) }
        json.array { json in for answer in answers { write(answer, to: &json) } }
    }

    private func write(_ answer: WorstRows.Answer, to json: inout JSONWriter) {
        switch answer {
        case .oneClass(let number): writeClass(number, to: &json)
        case .classes(let numbers): json.array { json in for number in numbers { writeClass(number, to: &json) } }
        case .value(let value): json.write(value)
        }
    }

    private func writeClass(_ number: Int, to json: inout JSONWriter) {
        if let words, words.indices.contains(number) { json.write(words[number]) } else { json.write(number) }
    }
}

extension ClassTable.Figures {
    fileprivate func writeFields(to json: inout JSONWriter) {
        json.field("precision", precision)
        json.field("recall", recall)
        json.field("f1", f1)
    }
}

/// The points of a ROC curve; the first threshold, which is infinite, is null.
private struct ROCPoints: JSONWritable {
    let curve: ROCCurve

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("threshold", curve.thresholds.map { Float($0) })
            json.field("fpr", curve.falsePositiveRates)
            json.field("tpr", curve.truePositiveRates)
        }
    }
}

/// The points of a curve of precision over recall; the last has no threshold.
private struct PrecisionRecallPoints: JSONWritable {
    let curve: PrecisionRecallCurve

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("threshold", curve.thresholds.map { Float($0) })
            json.field("precision", curve.precisions)
            json.field("recall", curve.recalls)
        }
    }
}

/// Bins of probabilities; what a bin without samples has not is null.
private struct CalibrationBins: JSONWritable {
    let calibration: Calibration

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("bins")
            json.array { json in
                for bin in calibration.bins {
                    json.object { json in
                        json.field("from", bin.from)
                        json.field("to", bin.to)
                        json.field("count", bin.count)
                        json.field("confidence", bin.confidence)
                        json.field("accuracy", bin.accuracy)
                    }
                }
            }
            json.field("expected_calibration_error", calibration.expectedError)
        }
    }
}
