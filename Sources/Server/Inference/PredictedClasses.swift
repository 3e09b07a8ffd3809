import JSON
import NN

/// The classes that a classifier's answers name.
///
/// Softmax names the most likely class along the last axis, the first of equals. One sigmoid unit names class 1 above
/// a half, else class 0. Several sigmoid units decide one by one, so they name every class above a half.
struct PredictedClasses {
    /// One entry an instance.
    private let classes: [Node]

    private enum Node {
        case one(Int)
        case several([Node])
    }

    /// The classes of a prediction; nil where the model is no classifier.
    init?(_ prediction: Prediction) {
        guard prediction.activation == .softmax || prediction.activation == .sigmoid else { return nil }
        let width = prediction.shape.last
        guard width > 0, prediction.shape.volume > 0 else { return nil }
        let isSoftmax = prediction.activation == .softmax
        var decisions = stride(from: 0, to: prediction.values.count, by: width).map { start -> Node in
            let values = prediction.values[start..<start + width]
            if isSoftmax {
                return .one(values.indices.max { values[$0] < values[$1] }.map { $0 - start } ?? 0)
            }
            if width == 1 { return .one(values[start] > 0.5 ? 1 : 0) }
            return .several(values.indices.filter { values[$0] > 0.5 }.map { .one($0 - start) })
        }
        for extent in prediction.shape.extents.dropLast().reversed() {
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

    private static func write(_ node: Node, to json: inout JSONWriter, _ writeClass: (inout JSONWriter, Int) -> Void) {
        switch node {
        case .one(let index): writeClass(&json, index)
        case .several(let nodes): json.array { json in for node in nodes { write(node, to: &json, writeClass) } }
        }
    }
}
