/// Class labels as rows of zeros with a one at the label's place: `[…] → […, classes]`.
///
/// Labels are floats that hold integers; one outside `0..<classes` gives a row of zeros. There is no derivative.
public struct OneHot: SingleResultPrimitive {
    /// How many classes there are, the extent of the result's last axis.
    public let classes: Int
    /// The name in messages.
    public var name: String { "oneHot" }

    package init(classes: Int) {
        self.classes = classes
    }

    /// The operand's shape and the classes.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape { Shape(operands[0].extents + [classes]) }

    /// Forward mode: labels don't vary smoothly.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? { nil }

    /// Reverse mode: nothing flows to labels.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] { [nil] }

    /// A fill and one write a label.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let (count, classes) = (signature.operands[0].volume, classes)
        return .kernel(
            Kernel { buffers in
                let (labels, result) = (buffers.operands[0], buffers.results[0])
                return {
                    result.update(repeating: 0, count: count * classes)
                    for index in 0..<count {
                        guard let label = Int(exactly: labels[index]), (0..<classes).contains(label) else { continue }
                        result[index * classes + label] = 1
                    }
                }
            }
        )
    }
}

extension Graph {
    /// Labels `0..<classes` as rows of zeros with a single one.
    public mutating func oneHot(_ labels: Value, classes: Int) throws(ShapeError) -> Value {
        try append(OneHot(classes: classes), labels)
    }
}
