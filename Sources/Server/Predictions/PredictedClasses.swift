import JSON
import NN

/// The classes that a classifier's answers name.
///
/// Softmax names the most likely class along the last axis, the first of equals. One sigmoid unit names class 1 above
/// a half, else class 0. Several sigmoid units decide one by one, so they name every class above a half. Logits are what
/// one of the two is applied to, of which the second gives a half for 0.
struct PredictedClasses {
    /// One entry an instance.
    private let classes: [Node]

    private enum Node {
        case one(Int)
        case several([Node])
    }

    /// The classes of some answers, row after row; nil where the function that ends the output is no classifier's.
    ///
    /// - Parameters:
    ///   - answers: The answers.
    ///   - shape: The shape of one.
    ///   - activation: The function that ends the output.
    ///   - logitsActivation: The function that the model learned to apply to linear answers; nil for none.
    init?(_ answers: [Float], shape: Shape, activation: ActivationKind, logitsActivation: ActivationKind?) {
        let areLogits = activation == .linear && logitsActivation != nil
        let activation = areLogits ? logitsActivation ?? activation : activation
        guard activation == .softmax || activation == .sigmoid else { return nil }
        let middle: Float = areLogits ? 0 : 0.5
        let width = shape.last
        guard width > 0, shape.volume > 0 else { return nil }
        let isSoftmax = activation == .softmax
        var decisions = stride(from: 0, to: answers.count, by: width).map { start -> Node in
            let values = answers[start..<start + width]
            if isSoftmax {
                return .one(values.indices.max { values[$0] < values[$1] }.map { $0 - start } ?? 0)
            }
            if width == 1 { return .one(values[start] > middle ? 1 : 0) }
            return .several(values.indices.filter { values[$0] > middle }.map { .one($0 - start) })
        }
        for extent in shape.extents.dropLast().reversed() {
            decisions = stride(from: 0, to: decisions.count, by: extent).map {
                .several(Array(decisions[$0..<$0 + extent]))
            }
        }
        classes = decisions
    }

    /// Writes one value for each class, nested as the answers are.
    func write(to json: inout JSONWriter, _ writeClass: (inout JSONWriter, Int) -> Void) {
        json.array { json in for node in classes { Self.write(node, to: &json, writeClass) } }
    }

    /// Writes one value for each class of one instance, nested as its answer is.
    func write(row: Int, to json: inout JSONWriter, _ writeClass: (inout JSONWriter, Int) -> Void) {
        Self.write(classes[row], to: &json, writeClass)
    }

    private static func write(_ node: Node, to json: inout JSONWriter, _ writeClass: (inout JSONWriter, Int) -> Void) {
        switch node {
        case .one(let index): writeClass(&json, index)
        case .several(let nodes): json.array { json in for node in nodes { write(node, to: &json, writeClass) } }
        }
    }
}
