import JSON
import Testing

@testable import Features

/// What look-ups do beside Keras's numbers: notes, refusals, holes, bounds.
struct LookupBehaviourTests {
    private func apply(_ layer: any FrontLayer, _ row: FrontValue) throws -> (FrontValue, notes: [String]) {
        var pass = FrontPass(collectsNotes: true)
        let result = try layer.apply(to: [row], &pass)
        return (result, pass.notes ?? [])
    }

    private func faults(_ definition: String) throws -> [String] {
        do {
            _ = try FrontRun.layer(definition)
            return []
        } catch let error as FaultyInput {
            return error.faults.map(\.description)
        }
    }

    @Test func unknownWordIsNotedByWordAndLayer() throws {
        let layer = try FrontRun.layer(
            #"{"type": "StringLookup", "name": "sex_lookup", "vocabulary": ["male", "female"]}"#
        )
        let (result, notes) = try apply(layer, FrontValue("martian"))
        #expect(result == FrontValue(.integers([0]), []))
        #expect(notes == [#"StringLookup "sex_lookup" doesn't know "martian"; it is taken as unknown"#])
        #expect(try apply(layer, FrontValue("female")).notes == [])
        #expect(
            try apply(layer, FrontValue("")).notes == [
                #"StringLookup "sex_lookup" got an empty value, which it doesn't know; it is taken as unknown"#
            ]
        )
    }

    @Test func unknownWordWithoutAPlaceIsRefused() throws {
        let layer = try FrontRun.layer(#"{"type": "StringLookup", "vocabulary": ["a"], "num_oov_indices": 0}"#)
        let error = #expect(throws: FrontError.self) { try apply(layer, FrontValue("b")) }
        #expect(error?.description.contains(#"doesn't know "b""#) == true)
    }

    @Test func holesAmongIntegersAreUnknownAndNotLearned() throws {
        let layer = try #require(FrontRun.layer(#"{"type": "IntegerLookup"}"#) as? IntegerLookupFrontLayer)
        let learned = try FrontRun.learned(layer, from: [FrontValue(.nan), FrontValue(7), FrontValue(.nan)])
        #expect((learned as? IntegerLookupFrontLayer)?.vocabulary == [-1, 7])
        let (result, notes) = try apply(learned, FrontValue(.nan))
        #expect(result == FrontValue(.integers([0]), []))
        #expect(notes.count == 1)
        #expect(throws: FrontError.self) { try apply(learned, FrontValue(7.5)) }
    }

    @Test func widthIsKnownOnlyWithAVocabulary() throws {
        let words = FrontType(.string, [])
        let open = try #require(
            FrontRun.layer(#"{"type": "StringLookup", "output_mode": "one_hot"}"#) as? any LearningFrontLayer
        )
        #expect(!open.hasLearned)
        #expect(try open.output(for: [words]) == FrontType(.float, [nil]))
        #expect(throws: FrontError.self) { try apply(open, FrontValue("a")) }
        let learned = try FrontRun.learned(open, from: ["a", "b", "a"].map { FrontValue($0) })
        #expect(try learned.output(for: [words]) == FrontType(.float, [3]))
        let padded = try FrontRun.layer(
            #"{"type": "StringLookup", "output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": true}"#
        )
        #expect(try padded.output(for: [words]) == FrontType(.float, [9]))
        let text = try FrontRun.layer(#"{"type": "TextVectorization"}"#)
        #expect(try text.output(for: [words]) == FrontType(.integer, [nil]))
        let long = try FrontRun.layer(#"{"type": "TextVectorization", "output_sequence_length": 5}"#)
        #expect(try long.output(for: [words]) == FrontType(.integer, [5]))
    }

    @Test func cutTextIsNotedWithBothLengths() throws {
        let layer = try FrontRun.layer(
            #"{"type": "TextVectorization", "vocabulary": ["a", "b"], "output_sequence_length": 2}"#
        )
        let (result, notes) = try apply(layer, FrontValue("a b a x"))
        #expect(result == FrontValue(.integers([2, 3]), [2]))
        #expect(
            notes == [
                #"TextVectorization doesn't know 1 of the text's 4 tokens, such as "x"; they are taken as unknown"#,
                "TextVectorization cut a text of 4 tokens to its first 2",
            ]
        )
    }

    @Test func nothingToLearnIsRefused() throws {
        let layer = try #require(FrontRun.layer(#"{"type": "TextVectorization"}"#) as? any LearningFrontLayer)
        #expect(throws: FrontError.self) { try FrontRun.learned(layer, from: [FrontValue(""), FrontValue(" \n")]) }
    }

    @Test func moreThanAMillionDifferentValuesAreRefusedWithAWayOut() throws {
        let layer = try #require(FrontRun.layer(#"{"type": "IntegerLookup", "name": "id"}"#) as? any LearningFrontLayer)
        var learner = try layer.learner(for: [FrontType(.integer, [1000])])
        let error = #expect(throws: FrontError.self) {
            for block in 0...1000 {
                try learner.add([FrontValue(.integers((0..<1000).map { block * 1000 + $0 }), [1000])])
            }
        }
        #expect(error?.description.contains("Hashing") == true)
        #expect(error?.description.contains(#""id""#) == true)
    }

    @Test func wordTableTellsWordsByTheirBytes() {
        var table = TokenTable()
        let words = ["caf\u{E9}", "cafe\u{301}", "", "a", "\u{FFFD}"] + (0..<2000).map { "word \($0)" }
        for (number, word) in words.enumerated() { #expect(table.insert(word) == (number, true)) }
        for (number, word) in words.enumerated() {
            #expect(table.insert(word) == (number, false))
            #expect(table.number(of: word) == number)
            #expect(Array(table[number].utf8) == Array(word.utf8))
        }
        #expect(table.number(of: "word 2000") == nil)
    }

    @Test(
        arguments: [
            (#"{"type": "StringLookup", "vocabulary": ["a", "a"]}"#, "/vocabulary: has \"a\" more than once"),
            (#"{"type": "StringLookup", "vocabulary": []}"#, "/vocabulary: expected an array of 1"),
            (#"{"type": "StringLookup", "vocabulary": "words.txt"}"#, "/vocabulary: expected an array"),
            (#"{"type": "StringLookup", "vocabulary": ["a", ""], "mask_token": ""}"#, "/vocabulary: has the mask"),
            (#"{"type": "StringLookup", "vocabulary": ["a", "b"], "max_tokens": 2}"#, "/vocabulary: has 3 tokens"),
            (#"{"type": "StringLookup", "max_tokens": 1}"#, "/max_tokens: expected an integer from 2"),
            (#"{"type": "StringLookup", "pad_to_max_tokens": true}"#, "/pad_to_max_tokens: needs"),
            (#"{"type": "StringLookup", "invert": true, "output_mode": "count"}"#, "/output_mode: expected \"int\""),
            (#"{"type": "StringLookup", "idf_weights": [1]}"#, "/idf_weights: weights need"),
            (#"{"type": "StringLookup", "vocabulary": ["a"], "output_mode": "tf_idf"}"#, "/idf_weights: missing"),
            (
                #"{"type": "StringLookup", "vocabulary": ["a"], "output_mode": "tf_idf", "idf_weights": [1, 2]}"#,
                "/idf_weights: expected 1 weights"
            ),
            (#"{"type": "IntegerLookup", "vocabulary": ["a"]}"#, "/vocabulary/0: expected an integer"),
            (#"{"type": "IntegerLookup", "salt": 3}"#, "/salt: needs"),
            (#"{"type": "TextVectorization", "split": "words"}"#, "/split: expected one of"),
            (#"{"type": "TextVectorization", "split": null, "ngrams": 2}"#, "/ngrams: needs a \"split\""),
            (
                #"{"type": "TextVectorization", "output_mode": "count", "output_sequence_length": 3}"#,
                "/output_sequence"
            ),
            (#"{"type": "CategoryEncoding"}"#, "/num_tokens: missing"),
            (#"{"type": "Hashing", "num_bins": 0}"#, "/num_bins: expected an integer from 1"),
            (#"{"type": "Hashing", "num_bins": 3, "salt": [1, 2, 3]}"#, "/salt: expected"),
            (#"{"type": "Discretization"}"#, "/num_bins: expected either"),
            (
                #"{"type": "Discretization", "bin_boundaries": [2, 1]}"#,
                "/bin_boundaries: expected boundaries in rising"
            ),
            (#"{"type": "Normalization", "mean": 1}"#, "/variance: missing"),
            (#"{"type": "Normalization", "axis": 0}"#, "/axis: axis 0 counts the rows"),
            (#"{"type": "Normalization", "mean": [1, 2, 3], "variance": [1, 2]}"#, "/variance: expected as many"),
            (#"{"type": "Imputation", "fill_value": 3}"#, "/fill_value: is for the strategy constant"),
        ]
    )
    func faultyArgumentsAreNamed(_ definition: String, _ beginning: String) throws {
        let found = try faults(definition)
        #expect(found.contains { $0.hasPrefix(beginning) }, "\(found)")
    }

    @Test func encodingRefusesWhatIsOutOfRange() throws {
        let layer = try FrontRun.layer(#"{"type": "CategoryEncoding", "num_tokens": 3, "output_mode": "one_hot"}"#)
        #expect(throws: FrontError.self) { try apply(layer, FrontValue(.integers([3]), [])) }
        #expect(throws: FrontError.self) { try apply(layer, FrontValue(.integers([-1]), [])) }
        #expect(throws: FrontError.self) { try apply(layer, FrontValue(Float.nan)) }
        #expect(throws: FrontError.self) { try layer.output(for: [FrontType(.string, [])]) }
    }
}
