extension Lowering {
    /// A pooling whose window has gaps, one axis after the other: of a mean a matrix along the axis, of the greatest a choice
    /// of one place for each element under the window.
    mutating func pooledApart(_ node: ONNXNode, _ value: Flow, _ window: SlidingWindow) throws(Refusal) -> Flow {
        let countsPadding = node.int("count_include_pad", default: 0) == 1
        var result = value
        for place in window.size.indices {
            guard let extent = window.inputs[place], let count = window.outputs[place] else {
                throw Refusal("dilations of a pooling over an open extent")
            }
            guard count > 0, extent * count <= 1 << 24, window.size[place] * count <= 1 << 24 else {
                throw Refusal("dilations of a pooling over \(extent) places by a window of \(window.size[place])")
            }
            // Where the elements under each window lie; outside of the value where below 0 or too far.
            let elements = (0..<count).map { output in
                (0..<window.size[place]).map { element in
                    output * window.strides[place] + element * window.dilations[place] - window.pads[place].before
                }
            }
            let inside = elements.map { $0.filter((0..<extent).contains) }
            guard inside.allSatisfy({ !$0.isEmpty }) else { throw Refusal("a window that lies in padding alone") }
            if node.type == "MaxPool" {
                result = try greatest(result, place + 2, elements, inside, from: extent)
                continue
            }
            let end = extent + window.counted[place].after
            var shares = [Float](repeating: 0, count: extent * count)
            for (output, sources) in inside.enumerated() {
                let there = countsPadding ? elements[output].count { $0 < end } : sources.count
                for source in sources { shares[source * count + output] += 1 / Float(there) }
            }
            result = try mapped(result, place + 2, to: count, shares)
        }
        return result
    }

    /// The greatest of some places along an axis for each place of the result; what lies outside has one of those inside in
    /// its place, which changes nothing.
    private mutating func greatest(
        _ value: Flow,
        _ axis: Int,
        _ elements: [[Int]],
        _ inside: [[Int]],
        from extent: Int
    ) throws(Refusal) -> Flow {
        let count = elements.count
        var picked: [Flow] = []
        for element in elements[0].indices {
            var choice = [Float](repeating: 0, count: extent * count)
            for output in 0..<count {
                let own = elements[output][element]
                choice[((0..<extent).contains(own) ? own : inside[output][0]) * count + output] = 1
            }
            picked.append(try mapped(value, axis, to: count, choice))
        }
        return picked.count == 1 ? picked[0] : try merged(picked, "Maximum", as: picked[0].fact)
    }
}
