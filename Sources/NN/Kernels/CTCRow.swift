import Foundation
import Loops

/// One row's paths through its labels: blanks 0 to n, one before each label and one behind the last, and labels 1 to n.
///
/// Weights are float64 and relative: each step's emissions are divided by the greatest, the paths' weights by their sum,
/// so that a step is products and sums alone. What is below float64's least number is lost: less than e⁻⁶⁹⁰ of what the
/// paths come to at that step, and what follows multiplies it at most by the greatest sum of a step's emissions from one
/// place on, step by step. Where that may come to more than e⁻⁹⁰ of the result, the row is computed again in logarithms,
/// which takes many times as long.
struct CTCRow {
    /// Where the parts of a row's memory lie.
    struct Layout {
        /// T, C and L.
        let steps: Int, classes: Int, labels: Int
        /// The offsets of the parts, in bytes.
        fileprivate let classOf: Int, skips: Int, counted: Int, gathered: Int, emissions: Int, spreads: Int, leasts: Int
        fileprivate let weights: Int, backward: Int
        /// The bytes of all parts.
        let bytes: Int

        init(steps: Int, classes: Int, labels: Int) {
            (self.steps, self.classes, self.labels) = (steps, classes, labels)
            var layout = ScratchLayout()
            let (integer, double) = (MemoryLayout<Int>.stride, MemoryLayout<Double>.stride)
            let states = labels + 1
            classOf = layout.take(states, of: integer)
            skips = layout.take(states, of: double)
            counted = layout.take(steps, of: integer)
            gathered = layout.take(states)
            emissions = layout.take(steps * states, of: double)
            spreads = layout.take(steps, of: double)
            leasts = layout.take(steps)
            weights = layout.take((steps + 1) * CTCRow.stride(states), of: double)
            backward = layout.take(2 * CTCRow.stride(states), of: double)
            bytes = layout.bytes
        }
    }

    /// How far the weights of two steps lie apart: blanks and labels, filled up to whole vectors.
    private static func stride(_ states: Int) -> Int { (2 * states + 3) / 4 * 4 }

    /// Below that, weights are no longer exact, or lost.
    private static let least = 1e-300
    /// The most that what is lost may grow to, as a logarithm, relative to the result.
    private static let greatestGrowth = 600.0

    private let layout: Layout
    /// The class of each label, from place 1.
    private let classOf: UnsafeMutablePointer<Int>
    /// For each label, from place 1, whether a path may come to it from the label before: 1 or 0.
    private let skips: UnsafeMutablePointer<Double>
    /// The steps that count.
    private let counted: UnsafeMutablePointer<Int>
    private let gathered: UnsafeMutablePointer<Float>
    /// At each step that counts what the blank weighs, then each label.
    private let emissions: UnsafeMutablePointer<Double>
    /// For each step that counts the logarithm of the greatest sum of its emissions from one place on.
    private let spreads: UnsafeMutablePointer<Double>
    /// For each step that counts the logarithm of the least of its emissions, relative to the greatest.
    private let leasts: UnsafeMutablePointer<Float>
    /// After so many steps what the paths weigh that are at each blank, then at each label from place 1; place 0 is none.
    private let weights: UnsafeMutablePointer<Double>
    private let backward: UnsafeMutablePointer<Double>
    /// How many labels there are, and how many of them are the same as the one before.
    private var count = 0, repetitions = 0
    /// How many steps count.
    private var length = 0
    private var isLogarithmic = false

    /// A row in memory of at least the layout's bytes.
    init(_ layout: Layout, in memory: UnsafeMutableRawPointer) {
        func part<Element>(_ offset: Int) -> UnsafeMutablePointer<Element> {
            (memory + offset).assumingMemoryBound(to: Element.self)
        }
        self.layout = layout
        classOf = part(layout.classOf)
        skips = part(layout.skips)
        counted = part(layout.counted)
        gathered = part(layout.gathered)
        emissions = part(layout.emissions)
        spreads = part(layout.spreads)
        leasts = part(layout.leasts)
        weights = part(layout.weights)
        backward = part(layout.backward)
    }

    private var states: Int { count + 1 }
    private var stride: Int { Self.stride(states) }

    /// Takes the labels that are classes beside the blank, and the steps that count.
    mutating func read(_ labels: UnsafePointer<Float>, _ mask: UnsafePointer<Float>) {
        (count, repetitions, length) = (0, 0, 0)
        for place in 0..<layout.labels {
            guard let label = Int(exactly: labels[place]), label > 0, label < layout.classes else { continue }
            let repeats = count > 0 && classOf[count] == label
            if repeats { repetitions += 1 }
            count += 1
            classOf[count] = label
            skips[count] = count == 1 || repeats ? 0 : 1
        }
        for step in 0..<layout.steps where mask[step] != 0 {
            counted[length] = step
            length += 1
        }
    }

    // MARK: Forward

    /// Minus the logarithm of the probability of the labels; the paths' weights stay in memory for `goBackward`.
    mutating func goForward(_ logarithms: UnsafePointer<Float>) -> Double {
        guard length >= count + repetitions else { return .infinity }
        isLogarithmic = false
        if let result = forwardScaled(logarithms) { return -result }
        return goForwardInLogarithms(logarithms)
    }

    private mutating func goForwardInLogarithms(_ logarithms: UnsafePointer<Float>) -> Double {
        isLogarithmic = true
        for step in 0..<length {
            let row = logarithms + counted[step] * layout.classes
            let emitted = emissions + step * states
            emitted[0] = Double(row[0])
            for place in 1..<states { emitted[place] = Double(row[classOf[place]]) }
        }
        start(LogarithmicWeights.self)
        for step in 0..<length { advance(LogarithmicWeights.self, step) }
        return -end(LogarithmicWeights.self)
    }

    /// The logarithm of what the paths come to; nil where float64 may not hold it.
    private func forwardScaled(_ logarithms: UnsafePointer<Float>) -> Double? {
        var shift = 0.0
        for step in 0..<length { shift += Double(readEmissions(logarithms, step)) }
        start(ScaledWeights.self)
        var (logarithm, lost) = (0.0, least(before: 0) > 1 ? 0 : -Double.infinity)
        for step in 0..<length {
            advance(ScaledWeights.self, step)
            let (sum, isSmall) = divideBySum(weights + (step + 1) * stride, before: step + 1)
            guard sum > 0 else { return nil }
            logarithm += Foundation.log(sum)
            lost += spreads[step]
            if isSmall { lost = max(lost, logarithm) }
        }
        let result = logarithm + Foundation.log(end(ScaledWeights.self))
        return lost - result < Self.greatestGrowth ? result + shift : nil
    }

    /// Reads what a step weighs the blank and the labels, relative to the greatest of these; the logarithm of that.
    private func readEmissions(_ logarithms: UnsafePointer<Float>, _ step: Int) -> Float {
        let row = logarithms + counted[step] * layout.classes
        gathered[0] = row[0]
        for place in 1..<states { gathered[place] = row[classOf[place]] }
        let greatest = SoftmaxRow.largest(gathered, states)
        var least: Float = 0
        for place in 0..<states {
            gathered[place] -= greatest
            least = gathered[place] < least ? gathered[place] : least
        }
        let emitted = emissions + step * states
        // Below that, float32 has denormal numbers.
        if least > -80 {
            for place in 0..<states { emitted[place] = Double(VectorMath.exp(gathered[place])) }
        } else {
            for place in 0..<states { emitted[place] = Foundation.exp(Double(gathered[place])) }
        }
        var pair = count > 0 ? emitted[count] : 0
        for place in 1..<max(count, 1) { pair = max(pair, emitted[place] + emitted[place + 1]) }
        spreads[step] = Foundation.log(emitted[0] + pair)
        leasts[step] = least
        return greatest
    }

    /// The weight below which the emissions of a step may make nothing of it.
    private func least(before step: Int) -> Double {
        (0..<length).contains(step) ? Self.least * Foundation.exp(-Double(leasts[step])) : 0
    }

    /// Divides weights by their sum; the sum, and whether some that aren't zero are so small that the emissions of another
    /// step may make nothing of them.
    private func divideBySum(
        _ row: UnsafeMutablePointer<Double>,
        before step: Int
    ) -> (sum: Double, isSmall: Bool) {
        let least = least(before: step)
        let vectors = UnsafeMutableRawPointer(row)
        let (bytes, width) = (stride * MemoryLayout<Double>.stride, MemoryLayout<SIMD4<Double>>.stride)
        var total = SIMD4<Double>.zero
        for offset in Swift.stride(from: 0, to: bytes, by: width) {
            total += vectors.load(fromByteOffset: offset, as: SIMD4<Double>.self)
        }
        let sum = total.sum()
        let factor = SIMD4(repeating: 1 / sum)
        var isSmall = SIMDMask<SIMD4<Int64>>(repeating: false)
        for offset in Swift.stride(from: 0, to: bytes, by: width) {
            let scaled = vectors.load(fromByteOffset: offset, as: SIMD4<Double>.self) * factor
            vectors.storeBytes(of: scaled, toByteOffset: offset, as: SIMD4<Double>.self)
            isSmall .|= (scaled .> 0) .& (scaled .< least)
        }
        return (sum, any(isSmall))
    }

    /// Before the first step, all paths are at the first blank.
    @inline(__always)
    private func start<Weights: CTCPathWeights>(_: Weights.Type) {
        for step in 0...length {
            // What fills up the vectors counts as no path.
            for place in states..<stride { weights[step * stride + place] = Weights.none }
        }
        for place in 0..<states { weights[place] = Weights.none }
        weights[0] = Weights.one
    }

    /// One step on: a path stays, goes on to the next blank or label, or passes over a blank.
    @inline(__always)
    private func advance<Weights: CTCPathWeights>(_: Weights.Type, _ step: Int) {
        let (blanks, next) = (weights + step * stride, weights + (step + 1) * stride)
        let (labels, nextLabels) = (blanks + states, next + states)
        let emitted = emissions + step * states
        let blank = emitted[0]
        for place in 0..<states {
            next[place] = Weights.product(Weights.sum(blanks[place], labels[place]), blank)
        }
        for place in 1..<states {
            let entering = Weights.sum(labels[place], blanks[place - 1])
            let skipping = skips[place] == 0 ? Weights.none : labels[place - 1]
            nextLabels[place] = Weights.product(Weights.sum(entering, skipping), emitted[place])
        }
    }

    /// What the paths weigh that have said all labels after the last step.
    @inline(__always)
    private func end<Weights: CTCPathWeights>(_: Weights.Type) -> Double {
        let last = weights + length * stride
        return Weights.sum(last[count], last[states + count])
    }

    // MARK: Backward

    /// Adds at each step, for each class, the share of the paths that are there, times a number, to zeros.
    mutating func goBackward(
        _ logarithms: UnsafePointer<Float>,
        scale: Double,
        to gradients: UnsafeMutablePointer<Float>
    ) {
        if !isLogarithmic {
            if goBackward(ScaledWeights.self, scale, gradients) { return }
            gradients.update(repeating: 0, count: layout.steps * layout.classes)
            _ = goForwardInLogarithms(logarithms)
        }
        _ = goBackward(LogarithmicWeights.self, scale, gradients)
    }

    /// Goes from the last step to the first with what the rest of the paths weighs from each blank and label on; false
    /// where float64 may not hold it.
    @inline(__always)
    private func goBackward<Weights: CTCPathWeights>(
        _: Weights.Type,
        _ scale: Double,
        _ gradients: UnsafeMutablePointer<Float>
    ) -> Bool {
        let (blanks, emittedBlanks) = (backward, backward + stride)
        let (labels, emittedLabels) = (blanks + states, emittedBlanks + states)
        for place in 0..<2 * stride { backward[place] = Weights.none }
        blanks[count] = Weights.one
        if count > 0 { labels[count] = Weights.one }
        var (logarithm, lost) = (0.0, least(before: length - 1) > 1 ? 0 : -Double.infinity)
        for step in (0..<length).reversed() {
            let ahead = weights + (step + 1) * stride
            let emitted = emissions + step * states
            let blank = emitted[0]
            guard share(Weights.self, ahead, scale, gradients + counted[step] * layout.classes) else { return false }
            for place in 0..<states {
                emittedBlanks[place] = Weights.product(blanks[place], blank)
                emittedLabels[place] = Weights.product(labels[place], emitted[place])
            }
            for place in 1..<states {
                // From a label to itself, to the blank behind it, and over that to the next label.
                let staying = Weights.sum(emittedLabels[place], emittedBlanks[place])
                guard place < count else {
                    labels[place] = staying
                    continue
                }
                let skipping = skips[place + 1] == 0 ? Weights.none : emittedLabels[place + 1]
                labels[place] = Weights.sum(staying, skipping)
            }
            for place in 0..<count { blanks[place] = Weights.sum(emittedBlanks[place], emittedLabels[place + 1]) }
            blanks[count] = emittedBlanks[count]
            guard !isLogarithmic else { continue }
            let (sum, isSmall) = divideBySum(blanks, before: step - 1)
            guard sum > 0 else { return false }
            logarithm += Foundation.log(sum)
            lost += spreads[step]
            if isSmall { lost = max(lost, logarithm) }
        }
        return isLogarithmic || lost - (logarithm + Foundation.log(blanks[0])) < Self.greatestGrowth
    }

    /// Adds the shares of the paths at a step to the classes there.
    @inline(__always)
    private func share<Weights: CTCPathWeights>(
        _: Weights.Type,
        _ ahead: UnsafeMutablePointer<Double>,
        _ scale: Double,
        _ gradient: UnsafeMutablePointer<Float>
    ) -> Bool {
        let (blanks, labels, ofLabels) = (backward, backward + states, ahead + states)
        var (ofBlanks, total) = (Weights.none, Weights.none)
        for place in 0..<states {
            ofBlanks = Weights.sum(ofBlanks, Weights.product(ahead[place], blanks[place]))
            total = Weights.sum(total, Weights.product(ofLabels[place], labels[place]))
        }
        total = Weights.sum(total, ofBlanks)
        guard total > Weights.none else { return false }
        gradient[0] += Float(scale * Weights.share(ofBlanks, of: total))
        for place in 1..<states {
            let share = Weights.share(Weights.product(ofLabels[place], labels[place]), of: total)
            gradient[classOf[place]] += Float(scale * share)
        }
        return true
    }
}
