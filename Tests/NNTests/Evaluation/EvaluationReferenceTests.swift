import JSON
import NN
import Testing

/// The figures of an evaluation against scikit-learn's, of the same answers.
///
/// `evaluation.json.gz` is what `scripts/reference/make_evaluation_fixtures.py` makes.
struct EvaluationReferenceTests {
    static let cases = Reference.cases("evaluation.json.gz")
    static let classifiers = cases.filter { $0.json["classes"] != nil }
    static let regressors = cases.filter { $0.json["residuals"] != nil }

    /// Has a network give the case's answers, which are its inputs.
    static func scored(_ reference: ReferenceCase, batchSize: Int = 64) throws -> ScoredRows {
        let answers = try reference.tensor("answers")
        let targets = try reference.tensor("targets")
        let width = answers.shape.extents[1]
        let labels = try reference.value("labels")
        let data = TensorData(inputs: answers, targets: targets, classes: labels.isNull ? nil : try labels.int())
        let text = "{\"loss\": \(try reference.value("loss").source)}"
        return try #require(
            try ScoredRows.scored(
                by: network([width], #"{"type": "Activation", "activation": "linear"}"#),
                weights: [],
                options: TrainingOptions(JSONDocument(parsing: text).root),
                data: data,
                batchSize: batchSize,
                threads: 2
            )
        )
    }

    @Test func `the file of cases is there`() {
        #expect(Self.classifiers.count >= 8 && Self.regressors.count >= 3)
    }

    @Test(arguments: classifiers) func `classes are judged as by scikit-learn`(reference: ReferenceCase) throws {
        let figures = try #require(ClassifierFigures(try Self.scored(reference).outputs[0]))
        let expected = try reference.value("classes").elements.map { $0 }
        try #require(figures.table.classes.count == expected.count)
        try expectEqual(figures.accuracy, reference.value("accuracy"))
        for (number, own) in expected.enumerated() {
            try expectEqual(figures.table.classes[number], own)
            #expect(figures.table.support[number] == (try own["support"]?.int()))
            try expectEqual(figures.rocCurves[number]?.area, #require(own["roc_auc"]))
            try expectEqual(
                figures.precisionRecallCurves[number]?.averagePrecision,
                #require(own["average_precision"])
            )
        }
        try expectEqual(figures.table.macro, #require(reference.value("averages")["macro"]))
        try expectEqual(figures.table.weighted, #require(reference.value("averages")["weighted"]))
        let matrix = try reference.value("confusion_matrix")
        #expect(figures.confusionMatrix == (matrix.isNull ? nil : try matrix.elements.map { try $0.ints() }))
    }

    @Test(arguments: classifiers) func `points left out lie on a line between those kept`(
        reference: ReferenceCase
    ) throws {
        let figures = try #require(ClassifierFigures(try Self.scored(reference).outputs[0]))
        for (number, own) in try reference.value("classes").elements.enumerated() {
            try expectCovered(
                figures.rocCurves[number].map { ($0.falsePositiveRates, $0.truePositiveRates) },
                #require(own["roc"]),
                "fpr",
                "tpr"
            )
            try expectCovered(
                figures.precisionRecallCurves[number].map { ($0.recalls, $0.precisions) },
                #require(own["precision_recall"]),
                "recall",
                "precision"
            )
            // Each threshold stands with what it comes to.
            if let curve = figures.rocCurves[number] {
                let whole = try #require(own["roc"])
                let thresholds = try doubles(whole["threshold"])
                let rates = try doubles(whole["tpr"])
                #expect(curve.thresholds[0] == .infinity && curve.truePositiveRates[0] == 0)
                for (threshold, rate) in zip(curve.thresholds, curve.truePositiveRates).dropFirst() {
                    let place = try #require(
                        thresholds.indices.min { abs(thresholds[$0] - threshold) < abs(thresholds[$1] - threshold) }
                    )
                    #expect(abs(thresholds[place] - threshold) < 1e-6)
                    #expect(abs(rates[place + 1] - rate) < 1e-6)
                }
            }
        }
    }

    @Test(arguments: classifiers) func `probabilities are held against what came true`(
        reference: ReferenceCase
    ) throws {
        let figures = try #require(ClassifierFigures(try Self.scored(reference).outputs[0]))
        let expected = try reference.value("calibration")
        guard !expected.isNull else {
            #expect(figures.calibration == nil)
            return
        }
        let calibration = try #require(figures.calibration)
        try expectEqual(calibration.expectedError, #require(expected["expected_calibration_error"]))
        for (bin, own) in zip(calibration.bins, try #require(expected["bins"]).elements) {
            #expect(bin.count == (try own["count"]?.int()))
            try expectEqual(bin.confidence, #require(own["confidence"]))
            try expectEqual(bin.accuracy, #require(own["accuracy"]))
            try expectEqual(bin.to, #require(own["to"]))
        }
    }

    @Test(arguments: regressors) func `values are judged as by scikit-learn and NumPy`(
        reference: ReferenceCase
    ) throws {
        let figures = try #require(RegressionFigures(try Self.scored(reference).outputs[0]))
        let expected = try reference.value("metrics")
        try expectEqual(figures.meanSquaredError, #require(expected["mse"]))
        try expectEqual(figures.meanAbsoluteError, #require(expected["mae"]))
        try expectEqual(figures.rootMeanSquaredError, #require(expected["rmse"]))
        try expectEqual(figures.r2, #require(expected["r2"]))
        let residuals = try #require(figures.residuals)
        let spread = try reference.value("residuals")
        try expectEqual(residuals.mean, #require(spread["mean"]))
        try expectEqual(residuals.standardDeviation, #require(spread["std"]))
        for (own, other) in zip(residuals.quantiles, try doubles(spread["quantiles"])) {
            #expect(abs(own - other) < 1e-6)
        }
    }

    @Test(arguments: cases) func `batches of any size come to the same figures`(reference: ReferenceCase) throws {
        let (small, large) = (try Self.scored(reference, batchSize: 7), try Self.scored(reference, batchSize: 1024))
        let (own, other) = (small.outputs[0], large.outputs[0])
        #expect(ClassifierFigures(own)?.table == ClassifierFigures(other)?.table)
        #expect(RegressionFigures(own) == RegressionFigures(other))
        #expect(WorstRows(own).rows.map(\.row) == WorstRows(other).rows.map(\.row))
    }
}

/// Numbers of the reference.
private func doubles(_ value: JSONValue?) throws -> [Double] {
    try #require(value).elements.map { try $0.double() }
}

private func expectEqual(_ number: Double?, _ expected: JSONValue, _ place: SourceLocation = #_sourceLocation) throws {
    guard !expected.isNull else {
        #expect(number == nil, sourceLocation: place)
        return
    }
    let found = try #require(number, sourceLocation: place)
    #expect(abs(found - (try expected.double())) < 1e-6, sourceLocation: place)
}

private func expectEqual(
    _ figures: ClassTable.Figures,
    _ expected: JSONValue,
    _ place: SourceLocation = #_sourceLocation
) throws {
    try expectEqual(figures.precision, #require(expected["precision"]), place)
    try expectEqual(figures.recall, #require(expected["recall"]), place)
    try expectEqual(figures.f1, #require(expected["f1"]), place)
}

/// Checks that the points of a whole curve lie on the lines between those that were kept, and these are of the curve.
private func expectCovered(
    _ kept: (x: [Double], y: [Double])?,
    _ whole: JSONValue,
    _ xName: String,
    _ yName: String
) throws {
    guard !whole.isNull else {
        #expect(kept == nil)
        return
    }
    let kept = try #require(kept)
    let (xs, ys) = (try doubles(whole[xName]), try doubles(whole[yName]))
    var segment = 0
    for (x, y) in zip(xs, ys) {
        // Both go along the curve in the same direction.
        while segment < kept.x.count - 2, !isOnSegment(x, y, kept, segment) { segment += 1 }
        try #require(isOnSegment(x, y, kept, segment), "(\(x), \(y))")
    }
}

private func isOnSegment(_ x: Double, _ y: Double, _ kept: (x: [Double], y: [Double]), _ segment: Int) -> Bool {
    let (fromX, fromY) = (kept.x[segment], kept.y[segment])
    let (toX, toY) = (kept.x[segment + 1], kept.y[segment + 1])
    let tolerance = 1e-9
    let inX = min(fromX, toX) - tolerance...max(fromX, toX) + tolerance
    let inY = min(fromY, toY) - tolerance...max(fromY, toY) + tolerance
    guard inX.contains(x), inY.contains(y) else { return false }
    return abs((x - fromX) * (toY - fromY) - (y - fromY) * (toX - fromX)) < tolerance
}
