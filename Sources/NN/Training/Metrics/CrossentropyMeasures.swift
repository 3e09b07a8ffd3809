#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// Keras's `BinaryCrossentropy`: the mean of `−(target · log p + (1 − target) · log(1 − p))`.
///
struct BinaryCrossentropyMeasure: VectorMeasure {
    static let names = ["binary_crossentropy", "bce", "BinaryCrossentropy"]

    private let entropy: BinaryEntropy

    init(reading arguments: inout ObjectReader) { entropy = BinaryEntropy(reading: &arguments) }

    func write(to json: inout JSONWriter) { entropy.write(to: &json) }

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        mean(count) { entropy.value(of: prediction[$0], target[$0]).entropy }
    }
}

/// Keras's function `binary_focal_crossentropy`, as the loss.
struct BinaryFocalMeasure: VectorMeasure {
    static let names = ["binary_focal_crossentropy"]

    private let entropy: BinaryEntropy
    private let gamma: Double
    private let alpha: Double?

    init(reading arguments: inout ObjectReader) {
        let isBalanced = arguments.bool("apply_class_balancing", default: false)
        let share = arguments.double("alpha", in: .from(0, through: 1), default: 0.25)
        alpha = isBalanced ? share : nil
        gamma = arguments.double("gamma", in: .from(0, through: 1e6), default: 2)
        entropy = BinaryEntropy(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("apply_class_balancing", alpha != nil)
        json.field("alpha", ifPresent: alpha)
        json.field("gamma", gamma)
        entropy.write(to: &json)
    }

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        mean(count) { place in
            let found = entropy.value(of: prediction[place], target[place])
            let right = found.target * found.probability + (1 - found.target) * (1 - found.probability)
            let share = alpha.map { found.target * $0 + (1 - found.target) * (1 - $0) } ?? 1
            return share * pow(1 - right, gamma) * found.entropy
        }
    }
}

/// Binary cross-entropy of one number.
struct BinaryEntropy: Sendable, Equatable {
    private let fromLogits: Bool
    private let smoothing: Double

    init(reading arguments: inout ObjectReader) {
        fromLogits = arguments.bool("from_logits", default: false)
        smoothing = arguments.double("label_smoothing", in: .from(0, through: 1), default: 0)
        arguments.only(.number(-1), for: "axis")
    }

    func write(to json: inout JSONWriter) {
        json.field("from_logits", fromLogits)
        json.field("label_smoothing", smoothing)
    }

    /// The entropy, with the probability and the target that it is of.
    func value(of prediction: Float, _ target: Float) -> (entropy: Double, probability: Double, target: Double) {
        let given = fromLogits ? 1 / (1 + exp(-Double(prediction))) : Double(prediction)
        let probability = clipped(given)
        let wanted = Double(target) * (1 - smoothing) + smoothing / 2
        return (-(wanted * log(probability) + (1 - wanted) * log(1 - probability)), given, wanted)
    }
}

/// Keras's `CategoricalCrossentropy`: `−Σ target · log p`, from targets that are probabilities.
struct CategoricalCrossentropyMeasure: VectorMeasure {
    static let names = ["categorical_crossentropy", "CategoricalCrossentropy"]

    private let entropy: ClassEntropy

    init(reading arguments: inout ObjectReader) { entropy = ClassEntropy(reading: &arguments) }

    func write(to json: inout JSONWriter) { entropy.write(to: &json) }

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        var total = 0.0
        entropy.forEach(of: prediction, count) { place, probability in
            total -= entropy.smoothed(target[place], count) * log(probability)
        }
        return total
    }
}

/// Keras's function `categorical_focal_crossentropy`, as the loss.
struct CategoricalFocalMeasure: VectorMeasure {
    static let names = ["categorical_focal_crossentropy"]

    private let entropy: ClassEntropy
    private let alpha: Double
    private let gamma: Double

    init(reading arguments: inout ObjectReader) {
        alpha = arguments.double("alpha", in: .from(0, through: 1e6), default: 0.25)
        gamma = arguments.double("gamma", in: .from(0, through: 1e6), default: 2)
        entropy = ClassEntropy(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("alpha", alpha)
        json.field("gamma", gamma)
        entropy.write(to: &json)
    }

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        var total = 0.0
        entropy.forEach(of: prediction, count) { place, probability in
            total -= entropy.smoothed(target[place], count) * pow(1 - probability, gamma) * log(probability)
        }
        return alpha * total
    }
}

/// Keras's `SparseCategoricalCrossentropy`: `−log p[label]`, from class indices.
///
/// What a network gives is taken for logits where the loss takes it for such.
struct SparseCategoricalCrossentropyMeasure: VectorMeasure {
    static let names = ["sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"]
    static let takesLabels = true

    private var entropy: ClassEntropy

    init(reading arguments: inout ObjectReader) {
        entropy = ClassEntropy(reading: &arguments)
        arguments.only(nil, for: "ignore_class")
    }

    func write(to json: inout JSONWriter) { entropy.write(to: &json) }

    func fitted(to outcome: Outcome) throws(MetricRequirement) -> Self {
        var copy = self
        if outcome.areLogits { copy.entropy = copy.entropy.ofLogits }
        return copy
    }

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        var likelihood = 0.0
        let label = Int(target.pointee)
        entropy.forEach(of: prediction, count) { place, probability in
            if place == label { likelihood = log(probability) }
        }
        return -likelihood
    }
}

/// Keras's `KLDivergence`: `Σ target · log(target / prediction)`, both probabilities of the last axis.
struct DivergenceMeasure: VectorMeasure {
    static let names = ["kl_divergence", "kld", "KLD", "kullback_leibler_divergence", "KLDivergence"]

    init(reading arguments: inout ObjectReader) {}

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        var total = 0.0
        for place in 0..<count {
            let (own, wanted) = (bounded(prediction[place]), bounded(target[place]))
            total += wanted * log(wanted / own)
        }
        return total
    }

    private func bounded(_ probability: Float) -> Double { min(max(Double(probability), 1e-7), 1) }
}

/// The probabilities of classes that a vector tells.
struct ClassEntropy: Sendable, Equatable {
    private var fromLogits: Bool
    private let smoothing: Double

    init(reading arguments: inout ObjectReader) {
        fromLogits = arguments.bool("from_logits", default: false)
        smoothing = arguments.double("label_smoothing", in: .from(0, through: 1), default: 0)
        arguments.only(.number(-1), for: "axis")
    }

    func write(to json: inout JSONWriter) {
        json.field("from_logits", fromLogits)
        json.field("label_smoothing", smoothing)
    }

    /// The same for vectors that are logits.
    var ofLogits: ClassEntropy {
        var copy = self
        copy.fromLogits = true
        return copy
    }

    /// A target, smoothed.
    func smoothed(_ target: Float, _ count: Int) -> Double {
        Double(target) * (1 - smoothing) + smoothing / Double(count)
    }

    /// Calls a closure with each class's probability, no nearer to 0 and 1 than Keras lets it be.
    func forEach(of vector: UnsafePointer<Float>, _ count: Int, _ body: (Int, Double) -> Void) {
        var (greatest, sum) = (-Double.infinity, 0.0)
        for place in 0..<count { greatest = max(greatest, Double(vector[place])) }
        for place in 0..<count {
            sum += fromLogits ? exp(Double(vector[place]) - greatest) : Double(vector[place])
        }
        for place in 0..<count {
            let own = fromLogits ? exp(Double(vector[place]) - greatest) : Double(vector[place])
            body(place, clipped(own / sum))
        }
    }
}

/// A probability, no nearer to 0 and 1 than Keras lets it be.
private func clipped(_ probability: Double) -> Double { min(max(probability, 1e-7), 1 - 1e-7) }
