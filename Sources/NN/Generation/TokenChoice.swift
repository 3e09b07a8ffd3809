import Glibc

/// How the next token is chosen from the numbers that a model gives for each.
///
/// Penalty, temperature, `topK`, `topP` and `minP` work in this order and with the meaning of Hugging Face's transformers;
/// each does nothing at its neutral value.
public struct TokenChoice: Sendable, Equatable {
    /// What the logits of tokens that the text has already are divided by, and multiplied with where negative; 1 for none.
    public var repetitionPenalty: Double
    /// What logits are divided by: above 1 for more variety, below for less.
    public var temperature: Double
    /// How many of the best tokens are kept, with all that are as good as the last of them; 0 for all.
    public var topK: Int
    /// The best tokens are kept that together have this probability; 1 for all.
    public var topP: Double
    /// Tokens are kept that have this share of the best one's probability; 0 for all.
    public var minP: Double

    /// A way to choose, by default from all tokens as the model says.
    public init(
        repetitionPenalty: Double = 1,
        temperature: Double = 1,
        topK: Int = 0,
        topP: Double = 1,
        minP: Double = 0
    ) {
        self.repetitionPenalty = repetitionPenalty
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
    }

    /// Applies the penalty for tokens that have been there.
    ///
    /// - Parameters:
    ///   - scores: A number a token, logits or their logarithmic probabilities; changed in place.
    ///   - tokens: The tokens so far, each counted once.
    public func penalize(_ scores: inout [Float], _ tokens: Set<Int>) {
        guard repetitionPenalty != 1 else { return }
        let penalty = Float(repetitionPenalty)
        for token in tokens where scores.indices.contains(token) {
            scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty
        }
    }

    /// The probabilities that a token is drawn by, 0 for those that are left out.
    ///
    /// - Parameters:
    ///   - logits: A number a token.
    ///   - tokens: The tokens so far.
    /// - Returns: A probability a token.
    public func probabilities(of logits: [Float], after tokens: Set<Int>) -> [Float] {
        var scores = logits
        penalize(&scores, tokens)
        if temperature != 1, let most = scores.max(), most > -.infinity {
            // From the best one on, so that none becomes infinite or no number.
            for token in scores.indices {
                scores[token] = Float((Double(scores[token]) - Double(most)) / temperature)
            }
        }
        if topK > 0, topK < scores.count { Self.keep(atLeast: scores.greatest(topK), &scores) }
        if topP < 1 { keepShare(&scores) }
        if minP > 0, let most = scores.max() { Self.keep(atLeast: most + Float(log(minP)), &scores) }
        return scores.softmax()
    }

    private static func keep(atLeast least: Float, _ scores: inout [Float]) {
        for token in scores.indices where scores[token] < least { scores[token] = -.infinity }
    }

    /// Leaves out the least probable tokens, as long as those left out have no more than `1 − topP` together.
    private func keepShare(_ scores: inout [Float]) {
        let probabilities = scores.softmax()
        let order = scores.indices.filter { probabilities[$0] > 0 }.sorted { left, right in
            (scores[left], left) < (scores[right], right)
        }
        var sum = 0.0
        for token in order.dropLast() {
            sum += Double(probabilities[token])
            guard sum <= 1 - topP else { break }
            scores[token] = -.infinity
        }
    }
}

extension [Float] {
    /// `e` to the power of each, over the sum of all; what is `-∞` has no share.
    public func softmax() -> [Float] {
        guard let most = self.max(), most > -.infinity else { return self.map { _ in 0 } }
        let powers = map { exp($0 - most) }
        let sum = Float(powers.reduce(0.0) { $0 + Double($1) })
        return powers.map { $0 / sum }
    }

    /// The logarithm of `softmax`.
    public func logSoftmax() -> [Float] {
        let shift = logSum
        return map { $0 - shift }
    }

    /// The logarithm of one number of `softmax`.
    public func logSoftmax(_ place: Int) -> Float { self[place] - logSum }

    /// The logarithm of the sum of `e` to the power of each.
    private var logSum: Float {
        guard let most = self.max() else { return -.infinity }
        return most + Float(log(reduce(0.0) { $0 + Double(exp($1 - most)) }))
    }

    /// The place of the greatest number, the first of equal ones.
    public var placeOfGreatest: Int {
        var best = 0
        for place in indices where self[place] > self[best] { best = place }
        return best
    }

    /// The k-th greatest number.
    fileprivate func greatest(_ k: Int) -> Float {
        // Few are wanted of many: a short ascending list that a number seldom gets into.
        var kept: [Float] = []
        kept.reserveCapacity(k + 1)
        for number in self {
            if kept.count == k {
                guard number > kept[0] else { continue }
                kept.removeFirst()
            }
            var (low, high) = (0, kept.count)
            while low < high {
                let middle = (low + high) / 2
                if kept[middle] < number { low = middle + 1 } else { high = middle }
            }
            kept.insert(number, at: low)
        }
        return kept[0]
    }
}
