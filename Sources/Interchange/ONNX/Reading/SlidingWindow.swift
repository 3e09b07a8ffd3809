/// How the window of a convolution or a pooling slides over a value `[N, C, …]`.
struct SlidingWindow {
    /// Its extents.
    let size: [Int]
    /// How far it moves.
    let strides: [Int]
    /// The distance of the elements under it.
    let dilations: [Int]
    /// What is added before and after each axis; behind the end also what `ceil_mode` asks for.
    let pads: [(before: Int, after: Int)]
    /// What of that counts as being there, for a mean that counts padding.
    let counted: [(before: Int, after: Int)]
    /// The extents that it slides over; nil for open ones.
    let inputs: [Int?]
    /// The extents of the result; nil for open ones.
    let outputs: [Int?]

    /// From a window's first element to behind its last.
    var span: [Int] { zip(size, dilations).map { ($0 - 1) * $1 + 1 } }

    /// The greatest window, stride, dilation or padding.
    static let greatest = 65_536

    /// Reads the arguments of a node.
    ///
    /// - Parameters:
    ///   - node: A convolution or pooling.
    ///   - fact: What it slides over.
    ///   - kernel: The window where the node doesn't tell it.
    /// - Throws: `Refusal` where they don't fit.
    init(_ node: ONNXNode, _ fact: Fact, kernel: [Int]?) throws(Refusal) {
        let rank = fact.rank - 2
        guard (1...3).contains(rank) else {
            throw Refusal(
                "a value \(fact.shape.text); there are layers for one to three axes behind batch and channels"
            )
        }
        guard let size = node.ints("kernel_shape") ?? kernel, size.count == rank else {
            throw Refusal("no kernel_shape of \(rank)")
        }
        let strides = node.ints("strides") ?? size.map { _ in 1 }
        let dilations = node.ints("dilations") ?? size.map { _ in 1 }
        let given = node.ints("pads") ?? Array(repeating: 0, count: 2 * rank)
        guard (size + strides + dilations).allSatisfy((1...Self.greatest).contains), strides.count == rank,
            dilations.count == rank, given.count == 2 * rank, given.allSatisfy((0...Self.greatest).contains)
        else { throw Refusal("kernel \(size), strides \(strides), dilations \(dilations), pads \(given)") }
        (self.size, self.strides, self.dilations) = (size, strides, dilations)
        inputs = (0..<rank).map { fact.shape[$0 + 2].known }
        let rule = node.text("auto_pad", default: "NOTSET")
        let ceils = node.int("ceil_mode", default: 0) == 1
        var (pads, counted, outputs) = ([(before: Int, after: Int)](), [(before: Int, after: Int)](), [Int?]())
        for axis in 0..<rank {
            let (span, stride) = ((size[axis] - 1) * dilations[axis] + 1, strides[axis])
            var edge = (before: given[axis], after: given[axis + rank])
            switch rule {
            case "SAME_UPPER", "SAME_LOWER":
                let total: Int
                if let extent = inputs[axis] {
                    total = max(((extent + stride - 1) / stride - 1) * stride + span - extent, 0)
                } else {
                    guard stride == 1 else { throw Refusal("auto_pad \(rule) of an open extent") }
                    total = span - 1
                }
                let half = total / 2
                edge = rule == "SAME_UPPER" ? (half, total - half) : (total - half, half)
            case "VALID": edge = (0, 0)
            default: break
            }
            counted.append(edge)
            guard let extent = inputs[axis] else {
                guard !ceils else { throw Refusal("ceil_mode over an open extent") }
                pads.append(edge)
                outputs.append(nil)
                continue
            }
            let room = extent + edge.before + edge.after - span
            guard room >= 0 else {
                throw Refusal("a window of \(span) over \(extent), padded by \(edge.before) and \(edge.after)")
            }
            var count = room / stride + 1
            if ceils, !room.isMultiple(of: stride), (room / stride + 1) * stride < extent + edge.before {
                count += 1
                edge.after += stride - room % stride
            }
            pads.append(edge)
            outputs.append(count)
        }
        (self.pads, self.counted, self.outputs) = (pads, counted, outputs)
    }

    /// Keras's word for the padding; nil where it has none.
    var keras: String? {
        if pads.allSatisfy({ $0 == (0, 0) }) { return "valid" }
        let isSame = size.indices.allSatisfy { axis in
            let total: Int
            if let extent = inputs[axis] {
                total = max(((extent + strides[axis] - 1) / strides[axis] - 1) * strides[axis] + span[axis] - extent, 0)
            } else {
                guard strides[axis] == 1 else { return false }
                total = span[axis] - 1
            }
            return pads[axis] == (total / 2, total - total / 2)
        }
        return isSame ? "same" : nil
    }
}
