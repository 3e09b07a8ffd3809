import JSON
import Testing

@testable import Features

/// The layers of words, and of numbers that are learned, against the numbers of Keras and scikit-learn.
struct FrontReferenceTests {
    @Test(
        arguments: ["string_lookup", "integer_lookup", "text_vectorization", "category_encoding", "discretization"]
            .flatMap(Reference.cases) + Reference.cases("normalization") + Reference.cases("imputation")
            + Reference.cases("hashing").filter { $0.json["layer"].map { !$0.isNull } ?? false }
    )
    func givesTheReferencesNumbers(_ reference: ReferenceCase) throws {
        let definition = try reference.value("layer")
        var layer = try FrontRun.layer(definition)
        // What it writes of itself gives the same layer again.
        let written = try FrontRun.definition(of: layer)
        #expect(try FrontRun.definition(of: FrontRun.layer(written)) == written)

        if let rows = try learningRows(reference) {
            let learning = try #require(layer as? any LearningFrontLayer)
            layer = try FrontRun.learned(learning, from: rows)
            try expectLearned(reference, try #require(layer as? any LearningFrontLayer))
        }
        try expectVocabulary(reference, layer)
        try expectResults(reference, layer)
    }

    private func learningRows(_ reference: ReferenceCase) throws -> [FrontValue]? {
        if let batches = reference.json["adapt_batches"] {
            return try batches.elements.flatMap { try ReferenceArray($0).rows }
        }
        guard let adapt = reference.json["adapt"] else { return nil }
        guard adapt.kind == .array else { return try ReferenceArray(adapt).rows }
        if adapt.elements.first(where: { _ in true })?.kind == .object {
            return try adapt.elements.flatMap { try ReferenceArray($0).rows }
        }
        return try adapt.elements.map(words)
    }

    /// A row of words, in which null is a hole.
    private func words(_ row: JSONValue) throws -> FrontValue {
        let words = try row.elements.map { $0.isNull ? "" : try $0.string() }
        return FrontValue(.strings(words), [words.count])
    }

    private func expectLearned(_ reference: ReferenceCase, _ layer: any LearningFrontLayer) throws {
        #expect(layer.hasLearned)
        let summary = try FrontRun.summary(of: layer)
        for key in ["mean", "variance", "bin_boundaries"] {
            guard let expected = try reference.json[key].map(ReferenceArray.init) else { continue }
            let found = try flat(#require(summary[key]))
            #expect(agree(found, expected.numbers, within: 1e-5), "\(key): \(found), expected \(expected.numbers)")
        }
        if let statistics = reference.json["statistics"], statistics.kind == .object {
            let expected = try ReferenceArray(statistics).numbers
            #expect(agree(try flat(#require(summary["statistics"])), expected, within: 1e-6))
        } else if let statistics = reference.json["statistics"] {
            #expect(summary["statistics"] == statistics)
        }
        guard let weights = try reference.json["idf_weights"].map(ReferenceArray.init) else { return }
        let found: [Float]
        switch layer {
        case let layer as StringLookupFrontLayer: found = layer.weights
        case let layer as IntegerLookupFrontLayer: found = layer.weights
        case let layer as TextVectorizationFrontLayer: found = layer.weights
        default: found = []
        }
        // Keras fills its weights up to max_tokens with 0.
        let filled = found.map(Double.init) + Array(repeating: 0, count: weights.numbers.count - found.count)
        #expect(agree(filled, weights.numbers, within: 1e-6))
    }

    private func expectVocabulary(_ reference: ReferenceCase, _ layer: any FrontLayer) throws {
        guard let expected = reference.json["vocabulary"] else { return }
        switch layer {
        case let layer as StringLookupFrontLayer:
            #expect(layer.vocabulary == (try expected.elements.map { try $0.string() }))
        case let layer as TextVectorizationFrontLayer:
            #expect(layer.vocabulary == (try expected.elements.map { try $0.string() }))
        case let layer as IntegerLookupFrontLayer: #expect(layer.vocabulary == (try expected.ints()))
        default: Issue.record("no layer with a vocabulary")
        }
        guard let size = reference.json["vocabulary_size"], let layer = layer as? any LearningFrontLayer else { return }
        #expect(try FrontRun.summary(of: layer)["vocabulary_size"] == size)
    }

    private func expectResults(_ reference: ReferenceCase, _ layer: any FrontLayer) throws {
        let expected = try reference.value("expected")
        if expected.kind == .array {
            let rows = try reference.value("input").elements.map { [try words($0)] }
            let results = try FrontRun.results(layer, rows)
            #expect(results == (try expected.elements.map(words)))
            return
        }
        let rows = try inputRows(reference)
        let results = try FrontRun.results(layer, rows)
        if let texts = expected["rows"] {
            #expect(results.map(\.doubles) == (try texts.elements.map { try $0.ints().map(Double.init) }))
            return
        }
        let array = try ReferenceArray(expected)
        if !array.words.isEmpty {
            #expect(results.flatMap(\.words) == array.words)
            return
        }
        // Texts of unequal length are filled up to the longest.
        let longest = results.map(\.doubles.count).max() ?? 0
        let found = results.flatMap { $0.doubles + Array(repeating: 0, count: longest - $0.doubles.count) }
        #expect(
            agree(found, array.numbers, within: max(try reference.tolerance, 1e-7)),
            "\(found), expected \(array.numbers)"
        )
        #expect(results[0].shape.count == array.shape.count - (rows.count == array.shape.first ? 1 : 0))
    }

    /// The rows of the input: those of a batch, or one where Keras takes a flat batch for one sample.
    private func inputRows(_ reference: ReferenceCase) throws -> [[FrontValue]] {
        if let inputs = reference.json["inputs"] {
            let columns = try inputs.elements.map { try ReferenceArray($0).rows }
            return columns[0].indices.map { row in columns.map { $0[row] } }
        }
        let input = try ReferenceArray(reference.value("input"))
        if reference.testDescription.contains("is one sample") { return [[input.row]] }
        guard let weights = try reference.json["count_weights"].map(ReferenceArray.init) else {
            return input.rows.map { [$0] }
        }
        return zip(input.rows, weights.rows).map { [$0, $1] }
    }

    private func flat(_ value: JSONValue) throws -> [Double] {
        value.kind == .array ? try value.elements.flatMap(flat) : [try value.double()]
    }
}

/// The fingerprints of words against TensorFlow's.
struct WordHashTests {
    @Test func farmHash() throws {
        let reference = Reference.cases("hashing")[0]
        let words = try ReferenceArray(reference.value("input")).words
        let expected = try reference.value("expected")["data"]?.elements.map { try $0.string() }
        #expect(words.map { String($0.withBytes(FarmHash64.fingerprint)) } == expected)
    }

    @Test func sipHash() throws {
        let reference = Reference.cases("hashing")[1]
        let words = try ReferenceArray(reference.value("input")).words
        let expected = try reference.value("expected")["mod_2_62"]?.elements.map { try $0.string() }
        let salted = try FrontRun.layer(#"{"type": "Hashing", "num_bins": 2147483647, "salt": [133, 137]}"#)
        #expect(words.count == expected?.count)
        for (word, hash) in zip(words, expected ?? []) {
            let bits = word.withBytes { SipHash64.hash(of: $0, key: Salt(first: 133, second: 137)) }
            #expect(String(bits & (1 << 62 - 1)) == hash, "\(word)")
            var pass = FrontPass()
            #expect(try salted.apply(to: [FrontValue(word)], &pass).doubles == [Double(bits % 2_147_483_647)])
        }
    }
}
