extension Inference {
    /// The product of two constant matrices, or of stacks of them; nil where it can't be known.
    func multiplied(_ node: ONNXNode, _ given: [Constant]) -> Constant? {
        guard given.count >= 2, given.allSatisfy(\.type.isFloat) else { return nil }
        var (left, right) = (given[0], given[1])
        if node.type == "Gemm" {
            guard let one = node.int("transA", default: 0) == 1 ? left.transposed([1, 0]) : left,
                let two = node.int("transB", default: 0) == 1 ? right.transposed([1, 0]) : right,
                node.float("alpha", default: 1) == 1, node.float("beta", default: 1) == 1
            else { return nil }
            (left, right) = (one, two)
        }
        guard left.shape.count >= 2, right.shape.count >= 2,
            let outer = common([Array(left.shape.dropLast(2)), Array(right.shape.dropLast(2))])
        else { return nil }
        let (rows, inner) = (left.shape[left.shape.count - 2], left.shape[left.shape.count - 1])
        let columns = right.shape[right.shape.count - 1]
        let shape = outer + [rows, columns]
        guard right.shape[right.shape.count - 2] == inner, (try? volume(shape)) != nil,
            (try? volume(shape + [inner])) != nil,
            let one = left.broadcast(to: outer + [rows, inner])?.floats,
            let two = right.broadcast(to: outer + [inner, columns])?.floats
        else { return nil }
        var result: [Float] = []
        for matrix in 0..<outer.reduce(1, *) {
            for row in 0..<rows {
                var sums = [Double](repeating: 0, count: columns)
                for place in 0..<inner {
                    let factor = Double(one[(matrix * rows + row) * inner + place])
                    let start = (matrix * inner + place) * columns
                    for column in 0..<columns { sums[column] += factor * Double(two[start + column]) }
                }
                result += sums.map { Float($0) }
            }
        }
        let product = Constant(shape, result, type: left.type)
        guard node.type == "Gemm", given.count == 3 else { return product }
        guard let bias = given[2].broadcast(to: shape)?.floats else { return nil }
        return Constant(shape, zip(result, bias).map { $0 + $1 }, type: left.type)
    }

    /// The upper or lower triangle of constant matrices.
    func triangle(_ node: ONNXNode, _ given: [Constant]) -> Constant? {
        guard let data = given.first, data.shape.count >= 2 else { return nil }
        let diagonal = given.count > 1 ? given[1].ints?.first : 0
        let isUpper = node.int("upper", default: 1) == 1
        let (rows, columns) = (data.shape[data.shape.count - 2], data.shape[data.shape.count - 1])
        guard let diagonal, diagonal.magnitude <= 1 << 32 else { return nil }
        func isKept(_ place: Int) -> Bool {
            let (row, column) = (place / columns % rows, place % columns)
            return isUpper ? column >= row + diagonal : column <= row + diagonal
        }
        if let extents = data.extents {
            let kept = extents.indices.map { isKept($0) ? extents[$0] : Extent(0) }
            return Constant(data.shape, kept, type: data.type)
        }
        guard let floats = data.floats else { return nil }
        return Constant(data.shape, floats.indices.map { isKept($0) ? floats[$0] : 0 }, type: data.type)
    }

    /// A constant with other numbers at places that are told.
    func scattered(_ node: ONNXNode, _ given: [Constant]) -> Constant? {
        guard given.count == 3, node.text("reduction", default: "none") == "none", let count = given[1].shape.last,
            let indices = given[1].ints, count > 0, count <= given[0].shape.count
        else { return nil }
        let (shape, steps) = (given[0].shape, strides(of: given[0].shape))
        let width = shape.dropFirst(count).reduce(1, *)
        guard given[2].volume == indices.count / count * width else { return nil }
        var starts: [Int] = []
        for first in stride(from: 0, to: indices.count, by: count) {
            var start = 0
            for axis in 0..<count {
                let index = indices[first + axis] < 0 ? indices[first + axis] + shape[axis] : indices[first + axis]
                guard (0..<shape[axis]).contains(index) else { return nil }
                start += index * steps[axis]
            }
            starts.append(start)
        }
        func replaced<Element>(_ numbers: [Element], _ updates: [Element]) -> [Element] {
            var result = numbers
            for (place, start) in starts.enumerated() {
                result.replaceSubrange(start..<start + width, with: updates[place * width..<(place + 1) * width])
            }
            return result
        }
        if let numbers = given[0].extents, let updates = given[2].extents {
            return Constant(shape, replaced(numbers, updates), type: given[0].type)
        }
        guard let numbers = given[0].floats, let updates = given[2].floats else { return nil }
        return Constant(shape, replaced(numbers, updates), type: given[0].type)
    }

    /// A constant between limits.
    func clipped(_ node: ONNXNode, _ data: Constant) -> Constant? {
        guard data.type.isFloat, let floats = data.floats,
            let least = try? constant(node, 1, "its least")?.scalar ?? -.infinity,
            let most = try? constant(node, 2, "its greatest")?.scalar ?? .infinity
        else { return nil }
        return Constant(data.shape, floats.map { min(max($0, least), most) }, type: data.type)
    }

    /// A constant beside a value, with one row where it has one for each of the batch that the file was written for; nil
    /// where these differ.
    func unrepeated(_ constant: Constant, _ fact: Fact, rank: Int) -> Constant? {
        guard let batch = fact.batch, let size = fixedBatch, size > 1 else { return constant }
        let axis = batch + rank - fact.rank - (rank - constant.shape.count)
        guard constant.shape.indices.contains(axis), constant.shape[axis] == size else { return constant }
        return constant.alike(along: axis)
    }
}
