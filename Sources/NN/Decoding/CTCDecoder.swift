import Foundation

/// What a network that learned with the loss `ctc` says: labels out of its result for a row, `[T, C]`, class 0 being the
/// blank.
///
/// At each step a class is said; what is left once repetitions are one and blanks are gone are the labels, from 1.
public struct CTCDecoder: Sendable {
    /// What the numbers of a result are.
    public enum Scores: Sendable, Equatable {
        /// Arguments of a softmax.
        case logits
        /// Results of a softmax.
        case probabilities
    }

    /// Labels with what they are worth.
    public struct Labelling: Sendable, Equatable {
        /// Classes from 1, as many as there are.
        public let labels: [Int]
        /// The natural logarithm of the probability of the paths that were found to say the labels; of `greedy`, of its
        /// one path.
        public let logProbability: Double
    }

    /// How many classes a step tells apart, the blank among them.
    public let classes: Int
    /// What the numbers of a result are.
    public let scores: Scores

    /// A decoder of results `[T, C]`.
    ///
    /// - Parameters:
    ///   - classes: C, at least 1.
    ///   - scores: What the numbers are.
    public init(classes: Int, scores: Scores = .logits) {
        precondition(classes > 0, "a step has one class or more")
        (self.classes, self.scores) = (classes, scores)
    }

    /// The labels of the path that is likeliest step by step.
    ///
    /// Other labels may be likelier, over several paths: those `search` finds.
    ///
    /// - Parameters:
    ///   - row: T·C numbers, step after step.
    ///   - steps: How many of the first steps count, from 0 to T; nil for all.
    /// - Returns: The labels, and the logarithm of the path's probability.
    public func greedy(_ row: ArraySlice<Float>, steps: Int? = nil) -> Labelling {
        var (labels, last, total): ([Int], Int, Double) = ([], 0, 0)
        for step in logarithms(of: row, steps: steps) {
            var best = 0
            for (place, logarithm) in step.enumerated() where logarithm > step[best] { best = place }
            if best != 0, best != last { labels.append(best) }
            (last, total) = (best, total + step[best])
        }
        return Labelling(labels: labels, logProbability: total)
    }

    /// The likeliest labels, by a search that keeps a number of beginnings at each step.
    ///
    /// A beginning's probability is the sum over the paths that say it, as far as these were kept. Source: Graves and
    /// Jaitly 2014; Hannun et al. 2014, arXiv:1408.2873.
    ///
    /// - Parameters:
    ///   - row: T·C numbers, step after step.
    ///   - steps: How many of the first steps count, from 0 to T; nil for all.
    ///   - beamWidth: How many beginnings are kept, at least 1.
    ///   - topPaths: How many labellings are wanted, from 1 to `beamWidth`.
    /// - Returns: At most `topPaths` labellings, the likeliest first; fewer where no more are possible, none where numbers
    ///   are NaN.
    public func search(
        _ row: ArraySlice<Float>,
        steps: Int? = nil,
        beamWidth: Int = 100,
        topPaths: Int = 1
    ) -> [Labelling] {
        precondition(beamWidth > 0 && (1...beamWidth).contains(topPaths), "1 path or more, at most the beam's width")
        var beam = CTCBeam(classes: classes, width: beamWidth)
        for step in logarithms(of: row, steps: steps) { beam.take(step) }
        return beam.best(topPaths)
    }

    /// The logarithms of the classes' probabilities at each step that counts.
    private func logarithms(of row: ArraySlice<Float>, steps: Int?) -> [[Double]] {
        precondition(row.count % classes == 0, "a number a class for each step")
        let count = steps ?? row.count / classes
        precondition((0...row.count / classes).contains(count), "no more steps than there are")
        return (0..<count).map { step in
            let start = row.startIndex + step * classes
            let numbers = row[start..<start + classes].map { scores == .logits ? Double($0) : log(Double($0)) }
            let greatest = numbers.max() ?? 0
            guard greatest.isFinite else { return numbers }
            let total = greatest + log(numbers.reduce(0) { $0 + exp($1 - greatest) })
            return numbers.map { $0 - total }
        }
    }
}

/// The likeliest beginnings of labels after some steps, each with the logarithms of what its paths come to.
private struct CTCBeam {
    /// A beginning: one label more than another one.
    private struct Node {
        let parent: Int
        let label: Int
    }

    /// A beginning that is kept, with what the paths come to that end in a blank and in its last label.
    private struct Entry {
        let node: Int
        var blank: Double
        var label: Double

        var total: Double { CTCBeam.sum(blank, label) }
    }

    private let classes: Int
    private let width: Int
    /// All beginnings that were ever kept; the first is the empty one.
    private var nodes = [Node(parent: -1, label: 0)]
    /// The beginning that is another one and a label, by the number of both.
    private var children: [Int: Int] = [:]
    private var entries = [Entry(node: 0, blank: 0, label: -.infinity)]

    init(classes: Int, width: Int) { (self.classes, self.width) = (classes, width) }

    private static func sum(_ a: Double, _ b: Double) -> Double {
        let (larger, smaller) = a > b ? (a, b) : (b, a)
        return smaller == -.infinity ? larger : larger + log1p(exp(smaller - larger))
    }

    /// Goes a step on, by the logarithms of its classes' probabilities.
    mutating func take(_ step: [Double]) {
        var next = entries
        let places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.node, $0) })
        for (place, entry) in entries.enumerated() {
            next[place].blank = entry.total + step[0]
            let label = nodes[entry.node].label
            next[place].label = label == 0 ? -.infinity : entry.label + step[label]
        }
        // Where the beam is full, what is less likely than all that is kept is kept neither.
        var least = -Double.infinity
        if next.count == width { least = next.map(\.total).min() ?? least }
        var added: [(key: Int, label: Double)] = []
        for entry in entries {
            let (last, total) = (nodes[entry.node].label, entry.total)
            for label in 1..<max(classes, 1) {
                let weight = (label == last ? entry.blank : total) + step[label]
                let key = entry.node * classes + label
                if let child = children[key], let place = places[child] {
                    next[place].label = Self.sum(next[place].label, weight)
                } else if weight > least {
                    added.append((key, weight))
                }
            }
        }
        keep(next, added)
    }

    /// Keeps the likeliest that are possible, of several alike the first: those that were kept before what was added.
    private mutating func keep(_ old: [Entry], _ added: [(key: Int, label: Double)]) {
        var all = old.enumerated().map { (place: $0, total: $1.total) }
        all += added.enumerated().map { (place: old.count + $0, total: $1.label) }
        all.removeAll { !($0.total > -.infinity) }
        all.sort { $0.total == $1.total ? $0.place < $1.place : $0.total > $1.total }
        entries = all.prefix(width).map { kept in
            guard kept.place >= old.count else { return old[kept.place] }
            let new = added[kept.place - old.count]
            return Entry(node: node(new.key), blank: -.infinity, label: new.label)
        }
    }

    private mutating func node(_ key: Int) -> Int {
        if let node = children[key] { return node }
        nodes.append(Node(parent: key / classes, label: key % classes))
        children[key] = nodes.count - 1
        return nodes.count - 1
    }

    /// The likeliest beginnings as labellings.
    func best(_ count: Int) -> [CTCDecoder.Labelling] {
        entries.prefix(count).map { entry in
            var (labels, node): ([Int], Int) = ([], entry.node)
            while node != 0 {
                labels.append(nodes[node].label)
                node = nodes[node].parent
            }
            return CTCDecoder.Labelling(labels: labels.reversed(), logProbability: entry.total)
        }
    }
}
