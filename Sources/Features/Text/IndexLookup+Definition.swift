import JSON

extension IndexLookup {
    /// Reads `vocabulary` and `idf_weights`; nil where there is no vocabulary.
    static func given(reading arguments: inout ObjectReader, ofIntegers: Bool, mode: CategoryMode) -> GivenVocabulary? {
        let hasWeights = arguments.optionalValue("idf_weights") != nil
        guard arguments.optionalValue("vocabulary") != nil else {
            if hasWeights {
                arguments.fault(at: "idf_weights", "weights need a \"vocabulary\" whose weights they are")
            }
            return nil
        }
        let tokens = arguments.array("vocabulary", count: 1...greatestVocabulary) { value, faults in
            faults.collect { () throws(Fault) in ofIntegers ? String(try value.int()) : try value.string() } ?? ""
        }
        var weights: [Float]?
        if hasWeights {
            weights = arguments.array("idf_weights") { value, faults in
                Float(faults.collect { () throws(Fault) in try value.double(in: .any) } ?? 0)
            }
        }
        switch (mode, weights) {
        case (.tfIdf, nil):
            arguments.fault(
                at: "idf_weights",
                "missing; a vocabulary in mode tf_idf needs a weight for each of its tokens"
            )
        case (.tfIdf, let weights?) where weights.count != tokens.count:
            arguments.fault(
                at: "idf_weights",
                "expected \(tokens.count) weights, one for each token of the vocabulary, found \(weights.count)"
            )
        case (_, _?) where mode != .tfIdf:
            arguments.fault(at: "idf_weights", "weights are for the output_mode tf_idf, found \(mode.rawValue)")
        default: break
        }
        return GivenVocabulary(tokens: tokens, weights: weights)
    }

    /// Faults of arguments that don't go together, then the vocabulary that was given.
    mutating func takeGiven(_ arguments: inout ObjectReader) {
        if padsToMaxTokens, maxTokens == nil {
            arguments.fault(at: "pad_to_max_tokens", "needs \"max_tokens\", the width to fill up to")
        }
        if padsToMaxTokens, let maxTokens, maxTokens > CategoryMode.greatestWidth {
            arguments.fault(
                at: "max_tokens",
                "expected at most \(CategoryMode.greatestWidth) places, found \(maxTokens)"
            )
        }
        if let maxTokens, maxTokens <= firstToken {
            arguments.fault(
                at: "max_tokens",
                "expected more than the \(firstToken) that the special tokens take, found \(maxTokens)"
            )
        }
        if isInverted, mode != .int {
            arguments.fault(
                at: "output_mode",
                "expected \"int\" where \"invert\" is true, found \(quoted(mode.rawValue))"
            )
        }
        guard let given, arguments.faults.isEmpty else { return }
        let special = specialTokens
        let hasSpecial = !special.isEmpty && given.tokens.starts(with: special) { $0.utf8.elementsEqual($1.utf8) }
        var tokens = TokenTable()
        for token in given.tokens.dropFirst(hasSpecial ? special.count : 0) {
            if let maskToken, maskToken.utf8.elementsEqual(token.utf8) {
                arguments.fault(
                    at: "vocabulary",
                    "has the mask \(quoted(token)) where it should not be; leave the special tokens out, or put all of "
                        + "them in front: \(special.map(quoted).joined(separator: ", "))"
                )
            }
            if isInverted, unknownToken.utf8.elementsEqual(token.utf8) {
                arguments.fault(at: "vocabulary", "has the unknown token \(quoted(token)) where it should not be")
            }
            if !tokens.insert(token).isNew {
                arguments.fault(
                    at: "vocabulary",
                    "has \(quoted(token)) more than once; each token may stand there once"
                )
            }
            if arguments.faults.omitted > 0 { return }
        }
        if let maxTokens, firstToken + tokens.count > maxTokens {
            arguments.fault(
                at: "vocabulary",
                "has \(firstToken + tokens.count) tokens with the special ones, more than max_tokens, \(maxTokens)"
            )
        }
        guard arguments.faults.isEmpty else { return }
        self = with(tokens: tokens, weights: fullWeights(given.weights, hasSpecial: hasSpecial))
    }

    /// The weights of all places: those given have the mean in front for the special tokens, if these were left out.
    private func fullWeights(_ weights: [Float]?, hasSpecial: Bool) -> [Float] {
        guard let weights, !hasSpecial else { return weights ?? [] }
        return Self.withMeanInFront(weights, count: firstToken)
    }

    /// Weights with their mean in front, for the tokens whose documents nobody counted.
    static func withMeanInFront(_ weights: [Float], count: Int) -> [Float] {
        let mean = weights.isEmpty ? 0 : Float(weights.reduce(0.0) { $0 + Double($1) } / Double(weights.count))
        return Array(repeating: mean, count: count) + weights
    }

    /// Writes `vocabulary` and `idf_weights` as they were given.
    func writeGiven(to json: inout JSONWriter) {
        json.key("vocabulary")
        Self.writeTokens(given?.tokens, ofIntegers: isOfIntegers, to: &json)
        json.field("idf_weights", given?.weights)
    }

    private static func writeTokens(_ tokens: [String]?, ofIntegers: Bool, to json: inout JSONWriter) {
        guard ofIntegers, let tokens else { return json.write(tokens) }
        json.write(tokens.compactMap { Int($0) })
    }

    // MARK: State

    /// Writes the tokens without the special ones, and the weights.
    func writeState(to json: inout JSONWriter) {
        guard let known else { return }
        json.key("tokens")
        Self.writeTokens(known.tokens.words, ofIntegers: isOfIntegers, to: &json)
        if mode == .tfIdf { json.field("idf_weights", known.weights) }
    }

    /// The look-up with what `writeState` wrote.
    func restored(from state: JSONValue) throws(Fault) -> IndexLookup {
        var faults = Faults()
        let known = faults.read(state) { reader -> Known in
            var known = Known()
            let tokens = reader.array("tokens", count: 0...Self.greatestVocabulary) { value, faults in
                faults.collect { () throws(Fault) in isOfIntegers ? String(try value.int()) : try value.string() } ?? ""
            }
            for token in tokens { known.tokens.insert(token) }
            guard mode == .tfIdf else { return known }
            known.weights = reader.array(
                "idf_weights",
                count: (firstToken + tokens.count)...(firstToken + tokens.count)
            ) {
                value,
                faults in
                Float(faults.collect { () throws(Fault) in try value.double() } ?? 0)
            }
            return known
        }
        if let fault = faults.list.first { throw fault }
        return with(tokens: known.tokens, weights: known.weights)
    }

    /// Writes what clients are shown.
    func writeSummary(to json: inout JSONWriter) {
        json.field("vocabulary_size", ifPresent: vocabularySize)
    }
}
