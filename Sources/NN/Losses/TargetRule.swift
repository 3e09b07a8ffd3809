/// What the targets of some data are.
public enum TargetDescription: Sendable, Equatable, CustomStringConvertible {
    /// Class indices `0 ..< classes`; `shape` is a sample's, `[]` for one label.
    case labels(classes: Int, shape: Shape)
    /// Numbers; `shape` is a sample's.
    case values(shape: Shape)

    /// The shape of a sample's target.
    public var shape: Shape {
        switch self {
        case .labels(_, let shape), .values(let shape): shape
        }
    }

    /// The targets in words, to stand after "the data has".
    public var description: String {
        switch self {
        case .labels(let classes, let shape): "labels of \(classes) classes, \(shape) a sample"
        case .values(let shape): "values, \(shape) a sample"
        }
    }
}

/// What a loss asks of the targets.
public struct TargetRule: Sendable, Equatable {
    /// The shape in which a sample's target goes to the loss; as many numbers as the data's, axes of 1 apart.
    public let shape: Shape
    /// Which numbers a target may hold.
    public let allowed: Allowed

    /// A rule of a shape and numbers.
    public init(shape: Shape, allowed: Allowed) {
        self.shape = shape
        self.allowed = allowed
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
            throw TargetMismatch("needs targets of the result's shape, \(output), but the data has \(self)")
        }
        return TargetRule(shape: output, allowed: allowed)
    }
}

extension Shape {
    /// The extents other than 1, which is what has to agree between a result and its target.
    var withoutOnes: [Int] { extents.filter { $0 != 1 } }
}
