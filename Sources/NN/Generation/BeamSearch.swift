import Glibc

/// The search for the most probable sequences with a number of beams, as in Hugging Face's transformers.
///
/// Whoever owns it gives the logits of each beam that runs, and takes along with each new beam what the beam that it goes
/// on from remembered (`parents`). A sequence's score is the sum of its tokens' logarithmic probabilities over its length,
/// its end counted, to the power of `lengthPenalty`.
public struct BeamSearch: Sendable {
    /// A sequence with its score.
    public struct Sequence: Sendable, Equatable {
        /// The tokens behind the prompt, the end among them where there is one.
        public let tokens: [Int]
        /// The score.
        public let score: Float
    }

    /// When a search ends before its longest sequence.
    public enum Stop: Sendable, Equatable {
        /// As soon as there are as many sequences as beams.
        case atFullCount
        /// When the best beam that runs, if it ended now, would be no better than the worst sequence.
        case heuristically
        /// When no beam that runs could become better than the worst sequence.
        case never
    }

    /// The tokens of the beams that run, behind the prompt.
    public private(set) var beams: [[Int]] = [[]]
    /// For each of the beams that run, the one before the last step that it goes on from.
    public private(set) var parents: [Int] = [0]
    /// Whether the search is over.
    public private(set) var isOver = false

    private let prompt: [Int]
    private let count: Int
    private let limit: Int
    private let ends: Set<Int>
    private let choice: TokenChoice
    private let lengthPenalty: Double
    private let stop: Stop
    private var sums: [Float] = [0]
    /// The sequences that have ended so far, best first, at most as many as beams.
    public private(set) var ended: [Sequence] = []

    /// A search.
    ///
    /// - Parameters:
    ///   - count: How many beams, at least two.
    ///   - prompt: The tokens that are there, which the repetition penalty knows.
    ///   - limit: How many tokens are added at most.
    ///   - ends: The tokens that end a sequence.
    ///   - choice: The repetition penalty, which acts on logarithmic probabilities; the rest of it has no say.
    ///   - lengthPenalty: Above 0 favours longer sequences.
    ///   - stop: When it ends early.
    public init(
        count: Int,
        prompt: [Int],
        limit: Int,
        ends: Set<Int>,
        choice: TokenChoice,
        lengthPenalty: Double = 1,
        stop: Stop = .heuristically
    ) {
        self.count = count
        self.prompt = prompt
        self.limit = limit
        self.ends = ends
        self.choice = choice
        self.lengthPenalty = lengthPenalty
        self.stop = stop
    }

    /// The sequences found, best first: those that ended, or, where none did, those that run.
    public var found: [Sequence] {
        if !ended.isEmpty { return ended }
        return zip(beams, sums).map { Sequence(tokens: $0, score: score($1, length: $0.count)) }
    }

    /// Goes on by one token.
    ///
    /// - Parameter logits: The model's numbers for each beam that runs.
    public mutating func advance(_ logits: [[Float]]) {
        let length = beams[0].count + 1
        let candidates = best(of: logits)
        let isLast = length >= limit
        var next: [Candidate] = []
        for (rank, candidate) in candidates.enumerated() {
            guard isLast || ends.contains(candidate.token) else {
                if next.count < count { next.append(candidate) }
                continue
            }
            if rank < count, !(stop == .atFullCount && ended.count == count) {
                let sequence = beams[candidate.beam] + [candidate.token]
                ended.append(Sequence(tokens: sequence, score: score(candidate.sum, length: length)))
            }
        }
        // Of equal ones the earlier first.
        ended = ended.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
            .prefix(count).map(\.element)
        parents = next.map(\.beam)
        beams = next.map { beams[$0.beam] + [$0.token] }
        sums = next.map(\.sum)
        isOver = next.isEmpty || isSettled(length: length)
    }

    private struct Candidate {
        let beam: Int
        let token: Int
        let sum: Float
    }

    /// The best ways to go on, so many that beams are left where the best of them end.
    private func best(of logits: [[Float]]) -> [Candidate] {
        let kept = max(2, 1 + ends.count) * count
        var best: [Candidate] = []
        for (beam, logits) in logits.enumerated() {
            var scores = logits.logSoftmax()
            choice.penalize(&scores, Set(prompt).union(beams[beam]))
            for token in scores.indices {
                let sum = sums[beam] + scores[token]
                if best.count == kept {
                    guard sum > best[kept - 1].sum else { continue }
                    best.removeLast()
                }
                let place = best.firstIndex { $0.sum < sum } ?? best.count
                best.insert(Candidate(beam: beam, token: token, sum: sum), at: place)
            }
        }
        return best
    }

    private func isSettled(length: Int) -> Bool {
        guard ended.count == count, let worst = ended.last?.score, let best = sums.first else { return false }
        switch stop {
        case .atFullCount: return true
        case .heuristically: return score(best, length: length) <= worst
        case .never: return score(best, length: lengthPenalty > 0 ? limit : length) <= worst
        }
    }

    private func score(_ sum: Float, length: Int) -> Float {
        sum / Float(pow(Double(length), lengthPenalty))
    }
}
