import Features
import JSON
import ModelStore
import NN

/// Teacher forcing of texts: targets are the tokens of a text column, as a `TextVectorization` of the model numbers them,
/// without the first one; what is learned from is the same without the last.
///
/// Both are filled up with 0 to the layer's `output_sequence_length`, which a mask leaves out.
struct TokenShift: Sendable {
    /// How many tokens a row has.
    let steps: Int
    /// The place of the tokens among the network's inputs.
    private let place: Int

    /// Finds the layer behind the input that takes the target's column.
    ///
    /// - Returns: Nil where the target is no text that goes through such a layer.
    init?(_ targets: [[Int]], _ bindings: [ColumnBinding], _ front: FrontGraph?, _ source: any ColumnSource) {
        guard let front, targets.count == 1, targets[0].count == 1,
            [.text, .category].contains(source.columns[targets[0][0]].kind),
            let input = bindings.first(where: { $0.columns == targets[0] && $0.input.kind == .string })?.input,
            let node = front.nodes.first(where: {
                $0.inputs == [input.name] && $0.layer is TextVectorizationFrontLayer && front.outputs.contains($0.name)
            }),
            let place = front.outputs.firstIndex(of: node.name),
            let types = try? front.outputTypes(), types[place].element == .integer, types[place].shape.count == 1,
            let steps = types[place].shape[0], steps > 1
        else { return nil }
        (self.place, self.steps) = (place, steps)
    }

    /// What is learned.
    func target(of column: Int) -> ColumnTarget {
        let stored = StoredTarget(classes: nil, labels: nil, shape: [steps], gap: 0)
        var target = ColumnTarget(columns: [column], stored: stored, classes: nil, horizons: nil)
        target.isOfFront = true
        return target
    }

    /// Parts a row's tokens into what is learned from and what is learned.
    ///
    /// - Parameters:
    ///   - results: What the front gave; its tokens lose the last one.
    ///   - targets: Where the targets go, as many as there are steps.
    ///   - classes: How many the model tells apart.
    /// - Throws: `FrontError` for a token that is none of them.
    func part(
        _ results: inout [FrontValue],
        to targets: UnsafeMutablePointer<Float>,
        classes: Int
    ) throws(FrontError) {
        guard case .integers(var tokens) = results[place].content else { return }
        let count = (tokens.lastIndex { $0 != 0 } ?? -1) + 1
        for step in 0..<steps {
            let next = step + 1 < count ? tokens[step + 1] : 0
            guard next < classes else {
                throw FrontError(
                    "token \(next) is no class of the model's \(classes); give the last layer more units, or the "
                        + "TextVectorization at most \(classes) \"max_tokens\""
                )
            }
            targets[step] = Float(next)
        }
        if count > 0 { tokens[count - 1] = 0 }
        results[place].content = .integers(tokens)
    }
}
