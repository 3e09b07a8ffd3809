#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// Steps scaled by running squares of the gradient that are kept by rows and columns alone (Keras's `Adafactor`).
///
/// In step t: `ρ = min(η, 1 / √t)`, `α = max(ε₂, rms(w)) · ρ`, `β = 1 − t^beta_2_decay`; of a matrix (the last two axes)
/// `r ← β·r + (1 − β)·mean(g² + ε₁)` over its columns, c the same over its rows, `v = r·c / mean(r)`; of anything else v
/// itself is kept. `u = g / √v`, and `w ← w − α · u / max(1, rms(u) / clip_threshold)`. Source: Shazeer and Stern 2018,
/// arXiv:1804.04235; keras.io/api/optimizers/adafactor.
struct Adafactor: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Adafactor", "adafactor"]
    static let takesWholeWeights = true

    /// The step size η.
    let learningRate: LearningRate
    private let decay: Double
    private let epsilon1: Double
    private let epsilon2: Double
    private let threshold: Double
    private let isRelative: Bool

    /// Reads Keras's arguments.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.001)
        decay = arguments.double("beta_2_decay", in: .from(-10, through: 0), default: -0.8)
        epsilon1 = arguments.double("epsilon_1", in: .from(1e-30, through: 1), default: 1e-30)
        epsilon2 = arguments.double("epsilon_2", in: .from(0, through: 1), default: 1e-3)
        threshold = arguments.double("clip_threshold", in: .above(0), default: 1)
        isRelative = arguments.bool("relative_step", default: true)
    }

    /// Writes Keras's arguments.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("beta_2_decay", decay)
        json.field("epsilon_1", epsilon1)
        json.field("epsilon_2", epsilon2)
        json.field("clip_threshold", threshold)
        json.field("relative_step", isRelative)
    }

    /// The squares by rows, or of each number, and those by columns; each begins where its weight does.
    var slots: [String] { ["row_velocity", "column_velocity"] }

    /// Moves one weight.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        guard let entry = span.entry else { preconditionFailure("Adafactor takes whole weights") }
        let step = Double(moment.step)
        let kept = 1 - pow(step, decay)
        let count = entry.shape.volume
        let (weights, gradients) = (span.numbers, span.gradientNumbers)
        let (rows, columns) = (span.numbers(ofSlot: 0), span.numbers(ofSlot: 1))
        let squares = FactoredSquares(entry.shape, rows: rows, columns: columns)
        squares.update(by: gradients, kept: kept, epsilon: epsilon1)
        var (own, moved) = (0.0, 0.0)
        squares.forEach { place, square in
            own += Double(weights[place]) * Double(weights[place])
            let direction = Double(gradients[place]) / square.squareRoot()
            moved += direction * direction
        }
        let size = (own / Double(count)).squareRoot()
        let length = (moved / Double(count)).squareRoot()
        let rate = min(moment.learningRate, 1 / step.squareRoot()) * max(epsilon2, size) / max(1, length / threshold)
        squares.forEach { place, square in
            weights[place] -= Float(rate * Double(gradients[place]) / square.squareRoot())
        }
    }
}

/// The running squares of a weight's gradient, of matrices by their rows and columns.
private struct FactoredSquares {
    private let matrices: Int
    private let height: Int
    private let width: Int
    private let isFactored: Bool
    private let rows: UnsafeMutablePointer<Float>
    private let columns: UnsafeMutablePointer<Float>

    init(_ shape: Shape, rows: UnsafeMutablePointer<Float>, columns: UnsafeMutablePointer<Float>) {
        isFactored = shape.rank > 1
        width = isFactored ? shape.last : shape.volume
        height = isFactored ? shape[shape.rank - 2] : 1
        matrices = shape.volume / max(width * height, 1)
        (self.rows, self.columns) = (rows, columns)
    }

    /// Takes in the squares of a gradient.
    func update(by gradients: UnsafePointer<Float>, kept: Double, epsilon: Double) {
        func mix(_ old: inout Float, _ new: Double) { old = Float(kept * Double(old) + (1 - kept) * new) }
        func square(_ place: Int) -> Double { Double(gradients[place]) * Double(gradients[place]) + epsilon }
        guard isFactored else {
            for place in 0..<width { mix(&rows[place], square(place)) }
            return
        }
        for matrix in 0..<matrices {
            let begin = matrix * height * width
            for row in 0..<height {
                let sum = (0..<width).reduce(0) { $0 + square(begin + row * width + $1) }
                mix(&rows[matrix * height + row], sum / Double(width))
            }
            for column in 0..<width {
                let sum = (0..<height).reduce(0) { $0 + square(begin + $1 * width + column) }
                mix(&columns[matrix * width + column], sum / Double(height))
            }
        }
    }

    /// Calls a closure with the place and the running square of each number.
    func forEach(_ body: (Int, Double) -> Void) {
        guard isFactored else {
            for place in 0..<width { body(place, Double(rows[place])) }
            return
        }
        for matrix in 0..<matrices {
            let own = rows + matrix * height
            let mean = (0..<height).reduce(0) { $0 + Double(own[$1]) } / Double(height)
            for row in 0..<height {
                let share = Double(own[row]) / mean
                for column in 0..<width {
                    let place = (matrix * height + row) * width + column
                    body(place, share * Double(columns[matrix * width + column]))
                }
            }
        }
    }
}
