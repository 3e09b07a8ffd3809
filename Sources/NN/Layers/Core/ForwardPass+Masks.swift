/// Masks: which steps of a value count.
///
/// A mask is of ones and zeros, its shape the first axes of the value's, at most all but the last: `[N, T]` for a
/// sequence, `[N, T, W]` for a sequence of sequences, `[N]` for rows. It goes from layer to layer beside the values, not
/// with them: a layer whose result is its input, number for number, may still end its mask, as a `Reshape` does.
extension ForwardPass {
    /// Appends a layer with the masks of its inputs, and gives its results with theirs.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - inputs: Its inputs.
    ///   - masks: The mask of each input; nil where all of it counts.
    ///   - parameters: Its weights.
    ///   - isTrainable: Whether training changes its weights.
    /// - Returns: The results, and the mask of each.
    /// - Throws: `ShapeError` where an input or a weight has another shape than the layer's.
    mutating func append(
        _ layer: any Layer,
        inputs: [Value],
        masks: [Value?],
        parameters: [Value],
        isTrainable: Bool = true
    ) throws(ShapeError) -> LayerResults {
        let (outer, begin) = (self.layer, graph.nodes.count)
        self.layer = LayerContext(isTrainable: outer.isTrainable && isTrainable, inputMasks: masks)
        defer { self.layer = outer }
        let values = try layer.appendResults(to: &self, inputs: inputs, parameters: parameters)
        if layer.passesMask, self.layer.resultMasks[0] == nil { self.layer.resultMasks[0] = masks[0] }
        let context = self.layer
        return LayerResults(
            values: values,
            masks: values.indices.map { context.resultMasks[$0] },
            activities: context.activities.isEmpty ? values : context.activities,
            traces: context.traces,
            attention: context.attention,
            nodes: begin..<graph.nodes.count
        )
    }

    /// Which steps of an input of the layer that appends itself count; nil where all do.
    func mask(ofInput number: Int) -> Value? { layer.inputMasks[number] }

    /// Says which steps of a result of the layer that appends itself count; nil for all.
    mutating func setMask(_ mask: Value?, ofResult number: Int = 0) { layer.resultMasks[number] = mask }

    /// Names a value that the `activity_regularizer` of the layer that appends itself is for, in place of the results.
    mutating func addActivity(_ value: Value) { layer.activities.append(value) }

    /// The steps that count in any of the masks, for values that are merged into one of this shape; nil where one of
    /// them has no mask, as in Keras.
    mutating func mergedMask(of masks: [Value?], shape: Shape) throws(ShapeError) -> Value? {
        var known: [Value] = []
        for mask in masks {
            guard let mask else { return nil }
            known.append(mask)
        }
        let rank = known.map { graph.shape(of: $0).rank }.max() ?? 0
        let whole = shape.prefix(rank)
        var merged: Value?
        for mask in known {
            let stretched = try graph.stretchedMask(mask, to: whole)
            merged = if let merged { try graph.maximum(merged, stretched) } else { stretched }
        }
        return merged
    }
}

/// What a forward pass knows of the layer that appends itself.
struct LayerContext {
    /// Whether training changes its weights.
    var isTrainable = true
    /// Which steps of each input count.
    var inputMasks: [Value?] = []
    /// Which steps of each result count, by its number.
    var resultMasks: [Int: Value] = [:]
    /// What its `activity_regularizer` is for; the results where there are none.
    var activities: [Value] = []
    /// What recurrences in it compute on their way, for who looks inside.
    var traces: [RecurrentTrace] = []
    /// What its attention computes on its way; nil where it has none.
    var attention: AttentionTrace?
}

/// What a layer gave.
struct LayerResults {
    /// Its results.
    let values: [Value]
    /// Which steps of each count.
    let masks: [Value?]
    /// What its `activity_regularizer` is for.
    let activities: [Value]
    /// What recurrences in it compute on their way, for who looks inside.
    let traces: [RecurrentTrace]
    /// What its attention computes on its way; nil where it has none.
    let attention: AttentionTrace?
    /// The nodes that it has appended.
    let nodes: Range<Int>
}

extension Graph {
    /// A mask that says the same of each number along further axes: `[N, T]` to `[N, T, …]`.
    mutating func stretchedMask(_ mask: Value, to whole: Shape) throws(ShapeError) -> Value {
        let shape = shape(of: mask)
        guard shape != whole else { return mask }
        let ones = Array(repeating: 1, count: whole.rank - shape.rank)
        return try broadcast(reshape(mask, to: Shape(shape.extents + ones)), to: whole)
    }
}
