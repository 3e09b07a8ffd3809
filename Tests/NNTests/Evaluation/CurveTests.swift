import NN
import Testing

/// Curves of more points than anybody draws.
struct CurveTests {
    @Test func `a curve of many points is thinned out, and its area is of all`() throws {
        var numbers = TestNumbers(3)
        let samples = (0..<20_000).map { row in
            (score: Double(numbers.next(in: -1...1)) + (row % 3 == 0 ? 0.4 : 0), isPositive: row % 3 == 0)
        }
        let counts = ThresholdCounts(samples)
        let (whole, thin) = (
            try #require(ROCCurve(counts, limit: .max)), try #require(ROCCurve(counts))
        )
        #expect(whole.thresholds.count > PointThinning.limit)
        #expect(thin.thresholds.count == PointThinning.limit)
        #expect(thin.area == whole.area)
        #expect(thin.truePositiveRates.first == 0 && thin.truePositiveRates.last == 1)
        #expect(thin.falsePositiveRates.last == 1)
        let curve = try #require(PrecisionRecallCurve(counts))
        #expect(curve.thresholds.count == PointThinning.limit)
        #expect(curve.recalls.first == 1 && curve.recalls.last == 0 && curve.precisions.last == 1)
    }

    @Test func `a class without samples has no curve, nor one without others`() {
        let none = ThresholdCounts([(0.2, false), (0.7, false)])
        #expect(ROCCurve(none) == nil && PrecisionRecallCurve(none) == nil)
        let all = ThresholdCounts([(0.2, true), (0.7, true)])
        #expect(ROCCurve(all) == nil)
        #expect(PrecisionRecallCurve(all)?.averagePrecision == 1)
    }

    @Test func `a bin is open below and closed above`() {
        var calibration = Calibration()
        for probability: Float in [0, 0.1, 0.3, 0.30001, 1] { calibration.add(probability, isRight: true) }
        #expect(calibration.bins.map(\.count) == [2, 0, 1, 1, 0, 0, 0, 0, 0, 1])
        #expect(Calibration().expectedError == nil)
    }
}
