/// What the targets of some data are.
public enum TargetDescription: Sendable, Equatable, CustomStringConvertible {
    /// Class indices `0 ..< classes`; `shape` is a sample's, `[]` for one label.
    case labels(classes: Int, shape: Shape)
    /// Numbers; `shape` is a sample's. How they look decides nothing, but lets a message say which loss would fit.
    case values(shape: Shape, look: TargetLook = .unknown)

    /// The shape of a sample's target.
    public var shape: Shape {
        switch self {
        case .labels(_, let shape), .values(let shape, _): shape
        }
    }

    /// How many labels or numbers a sample has, in words.
    private var extent: String { shape.volume == 1 ? "one a sample" : "\(shape) a sample" }

    /// The targets in words, to stand after "the data has".
    public var description: String {
        switch self {
        case .labels(let classes, _): "labels of \(classes) classes, \(extent)"
        case .values(_, .unknown), .values(_, .numbers): "values, \(extent)"
        case .values(_, .fractions): "numbers from 0 to 1, \(extent)"
        case .values(_, .integers(let range)):
            "whole numbers from \(range.lowerBound) to \(range.upperBound), \(extent)"
        case .values(_, .oneHot): "one-hot rows, \(extent)"
        }
    }
}

/// What numbers look like, as far as they have been looked at.
public enum TargetLook: Sendable, Equatable {
    /// Nobody has looked.
    case unknown
    /// Numbers of any kind.
    case numbers
    /// Numbers from 0 to 1, not all of them whole.
    case fractions
    /// Whole numbers between these.
    case integers(ClosedRange<Int>)
    /// One 1 and zeros beside along the last axis.
    case oneHot

    /// Looks at the targets of some samples.
    ///
    /// - Parameters:
    ///   - values: The numbers, sample after sample.
    ///   - shape: The shape of a sample's target.
    public init(of values: some Collection<Float>, shape: Shape) {
        guard let least = values.min(), let greatest = values.max() else {
            self = .unknown
            return
        }
        let isWhole = values.allSatisfy { $0 == $0.rounded() && $0.magnitude < 0x1p53 }
        guard isWhole, least.isFinite, greatest.isFinite else {
            self = least >= 0 && greatest <= 1 ? .fractions : .numbers
            return
        }
        self = .integers(Int(least)...Int(greatest))
        guard shape.last > 1, least == 0, greatest == 1 else { return }
        var ones = 0
        for (place, value) in values.enumerated() {
            if place % shape.last == 0, place > 0, ones != 1 { return }
            ones = (place % shape.last == 0 ? 0 : ones) + Int(value)
        }
        if ones == 1 { self = .oneHot }
    }
}

/// What a loss asks of the targets.
public struct TargetRule: Sendable, Equatable {
    /// The shape in which a sample's target goes to the loss; as many numbers as the data's, axes of 1 apart.
    public let shape: Shape
    /// Which numbers a target may hold.
    public let allowed: Allowed

    /// Whether each number of a target belongs to a place of the result; if not, a row's target is one sequence, and the
    /// zeros behind it are none of it.
    public let isAligned: Bool

    /// How many steps a row of labels may take to be said; nil where that is no matter.
    public let steps: Int?

    /// A rule of a shape and numbers.
    public init(shape: Shape, allowed: Allowed, isAligned: Bool = true, steps: Int? = nil) {
        self.shape = shape
        self.steps = steps
        self.allowed = allowed
        self.isAligned = isAligned
    }

    /// Which numbers a target may hold.
    public enum Allowed: Sendable, Equatable {
        /// Class indices from 0 to below this.
        case labels(below: Int)
        /// Any finite number.
        case anyNumber
        /// Numbers from 0 to 1.
        case fractions
    }
}

extension TargetRule {
    /// What is wrong with a row of labels whose places the loss finds itself, in words; nil for nothing.
    ///
    /// - Parameter labels: The row's labels from 1, zeros behind the last.
    /// - Returns: That one stands behind a 0, or that there are too few steps to say them.
    public func misfit(ofLabels labels: some RandomAccessCollection<Float>) -> String? {
        guard !isAligned else { return nil }
        let own = labels.prefix { $0 != 0 }
        if let later = labels.dropFirst(own.count).first(where: { $0 != 0 }) {
            return "a 0 stands before the label \(Int(later)); zeros stand behind the last label alone"
        }
        let repeated = zip(own, own.dropFirst()).count { $0 == $1 }
        guard let steps, own.count + repeated > steps else { return nil }
        let between = repeated > 0 ? ", \(repeated) of them for the blanks between equal ones" : ""
        return
            "\(own.count) labels take \(own.count + repeated) steps\(between), and the result has \(steps); give it more, or "
            + "have the loss pass over such rows (\"zero_infinity\": true)"
    }
}

/// Targets that a loss can't use for a network's result.
public struct TargetMismatch: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was found, what is needed and what to do, in one line.
    public let description: String

    init(_ description: String) { self.description = description }
}

extension TargetDescription {
    /// The rule of a loss that compares numbers one by one: as many of them as the result has.
    func elementwise(
        _ output: Shape,
        allowed: TargetRule.Allowed = .anyNumber
    ) throws(TargetMismatch) -> TargetRule {
        guard shape.volume == output.volume, shape.withoutOnes == output.withoutOnes else {
            try checkPlaces(of: output)
            throw TargetMismatch(
                "needs targets of the result's shape, \(output), but the data has \(self); \(remedy(for: output))"
            )
        }
        return TargetRule(shape: output, allowed: allowed)
    }

    /// What to do about targets of another shape than the result's, where both are of one place.
    private func remedy(for output: Shape) -> String {
        switch self {
        case .labels(let classes, _) where shape.volume == 1:
            return output.last > 1
                ? "for class labels use \"sparse_categorical_crossentropy\""
                : "give the last layer \(classes) units and use \"sparse_categorical_crossentropy\""
        case .values(_, .integers(let range)) where shape.volume == 1 && output.rank == 1 && range.lowerBound >= 0:
            return "for class numbers use \"sparse_categorical_crossentropy\", for values give the last layer one unit"
        default:
            let units = shape.rank == 0 ? 1 : shape.last
            guard shape.withoutOnes.count <= 1, output.withoutOnes.count <= 1 else {
                return "a model for them ends in a result of \(shape)"
            }
            return "give the last layer \(units) unit\(units == 1 ? "" : "s")"
        }
    }

    /// Refuses one target a sample where the network gives a result for each of many places, as it does where a
    /// `Flatten` was forgotten.
    func checkPlaces(of output: Shape) throws(TargetMismatch) {
        let places = Shape(Array(output.extents.dropLast())).withoutOnes
        guard !places.isEmpty, shape.withoutOnes == [] || shape.withoutOnes == [output.last] else { return }
        let remedy =
            switch output.rank {
            case 2:
                "let the last recurrent layer give its last step alone (\"return_sequences\": false), or put a Flatten or "
                    + "GlobalAveragePooling1D layer before the last Dense layer"
            case 3: "put a Flatten or GlobalAveragePooling2D layer before the last Dense layer"
            default: "put a Flatten layer before the last Dense layer"
            }
        let count = places.map(String.init).joined(separator: " × ")
        throw TargetMismatch(
            "needs a target for each result, but the network gives \(output) a sample, one for each of \(count) "
                + "\(output.rank == 2 ? "steps" : "places"), and the data has \(self); \(remedy)"
        )
    }
}

extension Shape {
    /// The extents other than 1, which is what has to agree between a result and its target.
    var withoutOnes: [Int] { extents.filter { $0 != 1 } }
}
