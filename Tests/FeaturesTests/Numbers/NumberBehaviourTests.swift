import JSON
import Testing

@testable import Features

/// What the learned layers of numbers do beside the references' numbers.
struct NumberBehaviourTests {
    private func learning(_ definition: String) throws -> any LearningFrontLayer {
        try #require(FrontRun.layer(definition) as? any LearningFrontLayer)
    }

    private func apply(_ layer: any FrontLayer, _ row: FrontValue) throws -> (FrontValue, notes: [String]) {
        var pass = FrontPass(collectsNotes: true)
        let result = try layer.apply(to: [row], &pass)
        return (result, pass.notes ?? [])
    }

    @Test func filledHoleIsNoted() throws {
        let layer = try FrontRun.learned(
            learning(#"{"type": "Imputation", "name": "age", "strategy": "median"}"#),
            from: [1, .nan, 3, 8].map { FrontValue($0) }
        )
        let (result, notes) = try apply(layer, FrontValue(.nan))
        #expect(result == FrontValue(3))
        #expect(notes == [#"Imputation "age" filled a missing value with 3.0"#])
        #expect(try apply(layer, FrontValue(5)).notes == [])
    }

    @Test func constantNeedsNoLearning() throws {
        let words = try learning(#"{"type": "Imputation", "strategy": "constant"}"#)
        #expect(words.hasLearned)
        #expect(try apply(words, FrontValue("")).0 == FrontValue("missing_value"))
        #expect(try apply(words, FrontValue(.nan)).0 == FrontValue(0))
        let numbers = try learning(#"{"type": "Imputation", "strategy": "constant", "add_indicator": true}"#)
        #expect(!numbers.hasLearned)
        #expect(try numbers.output(for: [FrontType(.float, [])]) == FrontType(.float, [nil]))
    }

    @Test func wordsAndNumbersDontMix() throws {
        let mean = try learning(#"{"type": "Imputation"}"#)
        #expect(throws: FrontError.self) { try mean.output(for: [FrontType(.string, [])]) }
        let word = try learning(#"{"type": "Imputation", "strategy": "constant", "fill_value": "x"}"#)
        #expect(throws: FrontError.self) { try word.output(for: [FrontType(.float, [])]) }
    }

    @Test(arguments: ["Imputation", "Normalization", "Discretization"])
    func columnOfHolesTeachesNothing(_ type: String) throws {
        let bins = type == "Discretization" ? #", "num_bins": 3"# : ""
        let layer = try learning(#"{"type": "\#(type)"\#(bins)}"#)
        let error = #expect(throws: FrontError.self) {
            try FrontRun.learned(layer, from: [FrontValue(.nan), FrontValue(.nan)])
        }
        #expect(error?.description.contains("nothing to learn") == true)
    }

    @Test func holeHasNoBin() throws {
        let layer = try FrontRun.layer(#"{"type": "Discretization", "bin_boundaries": [1]}"#)
        let error = #expect(throws: FrontError.self) { try apply(layer, FrontValue(.nan)) }
        #expect(error?.description.contains("Imputation") == true)
    }

    @Test func medianOfMoreValuesThanAreKeptIsNearlyExact() throws {
        let layer = try learning(#"{"type": "Imputation", "strategy": "median"}"#)
        var learner = try layer.learner(for: [FrontType(.float, [])])
        let count = QuantileSummary.blockSize + 12_345
        // 7,919 is prime to the count: each of the ranks occurs once, in disorder.
        for index in 0..<count { try learner.add([FrontValue(Float(index * 7919 % count))]) }
        let found = try apply(learner.finish(), FrontValue(.nan)).0.doubles[0]
        #expect(abs(found / Double(count) - 0.5) < 0.001)
    }

    @Test func boundariesOfALongColumnPartItEvenly() throws {
        let layer = try learning(#"{"type": "Discretization", "num_bins": 4}"#)
        var learner = try layer.learner(for: [FrontType(.float, [])])
        let count = QuantileSummary.blockSize + 12_345
        for index in 0..<count { try learner.add([FrontValue(Float(index * 7919 % count))]) }
        let learned = try #require(learner.finish() as? DiscretizationFrontLayer)
        for (boundary, share) in zip(learned.boundaries ?? [], [0.25, 0.5, 0.75]) {
            #expect(abs(Double(boundary) / Double(count) - share) < 0.02)
        }
    }

    @Test func normalizationKeepsFarNumbersApart() throws {
        let layer = try FrontRun.learned(
            learning(#"{"type": "Normalization"}"#),
            from: (0..<1000).map { FrontValue(16_000_000 + Float($0 % 2)) }
        )
        #expect(try apply(layer, FrontValue(16_000_001)).0.doubles[0] == 1)
        #expect(try apply(layer, FrontValue(Float.nan)).0.doubles[0].isNaN)
    }

    @Test func normalizationNamesAnAxisThatRowsLack() throws {
        let layer = try learning(#"{"type": "Normalization", "axis": 3}"#)
        #expect(throws: FrontError.self) { try layer.output(for: [FrontType(.float, [4])]) }
        let open = try learning(#"{"type": "Normalization", "axis": 1}"#)
        #expect(throws: FrontError.self) { try open.output(for: [FrontType(.float, [nil, 2])]) }
    }

    /// What is learned must go through JSON, which has no word for what is not finite.
    @Test(arguments: ["mean", "median", "most_frequent"])
    func infiniteNumbersTeachNothing(_ strategy: String) throws {
        let rows = [FrontValue(2), FrontValue(.infinity), FrontValue(-.infinity), FrontValue(2)]
        let layer = try FrontRun.learned(learning(#"{"type": "Imputation", "strategy": "\#(strategy)"}"#), from: rows)
        #expect(try apply(layer, FrontValue(.nan)).0 == FrontValue(2))
        let huge = [FrontValue(3e38), FrontValue(-3e38)]
        let normalization = try FrontRun.learned(learning(#"{"type": "Normalization"}"#), from: huge)
        #expect(try apply(normalization, FrontValue(3e38)).0.doubles[0].isFinite)
    }
}
