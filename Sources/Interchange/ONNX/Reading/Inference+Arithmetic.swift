import Foundation

extension Inference {
    /// The constant that a node computes of constants; nil where it can't be known or the node does something else.
    func computed(_ node: ONNXNode, _ given: [Constant]) -> Constant? {
        let first = given[0]
        if let function = Self.functions[node.type] {
            guard first.type.isFloat else {
                guard node.type == "Neg" || node.type == "Abs", let ints = first.ints else { return nil }
                let whole = ints.map { node.type == "Neg" ? 0 &- $0 : ($0 < 0 ? 0 &- $0 : $0) }
                return Constant(first.shape, whole.map(Extent.init), type: first.type)
            }
            return first.floats.map { Constant(first.shape, $0.map(function), type: first.type) }
        }
        switch node.type {
        case "Range": return range(given)
        case "Trilu": return triangle(node, given)
        case "ScatterND": return scattered(node, given)
        case "Clip": return clipped(node, first)
        case "MatMul", "Gemm": return multiplied(node, given)
        case "IsNaN":
            return first.floats.map { Constant(first.shape, $0.map { Extent($0.isNaN ? 1 : 0) }, type: .bool) }
        case "Not": return first.ints.map { Constant(first.shape, $0.map { Extent($0 == 0 ? 1 : 0) }, type: .bool) }
        case "Where": return choice(given)
        case "ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceMean", "ReduceL2", "ReduceSumSquare":
            return reduced(node, first)
        default: return pairwise(node, given)
        }
    }

    private static let functions: [String: @Sendable (Float) -> Float] = [
        "Sqrt": { $0.squareRoot() }, "Neg": { -$0 }, "Exp": { exp($0) }, "Reciprocal": { 1 / $0 },
        "Abs": { abs($0) }, "Log": { log($0) }, "Tanh": { tanh($0) }, "Erf": { erf($0) },
        "Sigmoid": { 1 / (1 + exp(-$0)) }, "Relu": { max($0, 0) }, "Floor": { $0.rounded(.down) },
        "Ceil": { $0.rounded(.up) }, "Round": { $0.rounded(.toNearestOrEven) }, "Sin": { sin($0) }, "Cos": { cos($0) },
        "Softplus": { log(1 + exp($0)) },
    ]

    private func range(_ given: [Constant]) -> Constant? {
        guard given.count == 3 else { return nil }
        if let start = given[0].ints?.first, let limit = given[1].ints?.first, let step = given[2].ints?.first {
            guard step != 0, limit.magnitude < 1 << 32, start.magnitude < 1 << 32,
                (limit - start).magnitude / step.magnitude <= 1 << 24
            else { return nil }
            return Constant(stride(from: start, to: limit, by: step).map(Extent.init))
        }
        guard let start = given[0].scalar, let limit = given[1].scalar, let step = given[2].scalar, step != 0,
            ((limit - start) / step).magnitude <= 16_777_216
        else { return nil }
        let count = max(0, Int(((limit - start) / step).rounded(.up)))
        return Constant([count], (0..<count).map { start + Float($0) * step }, type: given[0].type)
    }

    private func choice(_ given: [Constant]) -> Constant? {
        guard given.count == 3, let shape = common(given.map(\.shape)), (try? volume(shape)) != nil,
            let flags = given[0].broadcast(to: shape)?.ints,
            let one = given[1].broadcast(to: shape), let other = given[2].broadcast(to: shape)
        else { return nil }
        if let one = one.extents, let other = other.extents {
            return Constant(shape, flags.indices.map { flags[$0] != 0 ? one[$0] : other[$0] }, type: given[1].type)
        }
        guard let one = one.floats, let other = other.floats else { return nil }
        return Constant(shape, flags.indices.map { flags[$0] != 0 ? one[$0] : other[$0] }, type: given[1].type)
    }

    private func reduced(_ node: ONNXNode, _ data: Constant) -> Constant? {
        guard let chosen = try? axes(node) ?? Array(data.shape.indices),
            let axes = try? Fact(shape: data.shape.map(Extent.init), type: data.type).axes(chosen), !axes.isEmpty
        else { return nil }
        let kept = data.shape.indices.filter { !axes.contains($0) }
        guard let moved = data.transposed(kept + axes) else { return nil }
        let count = axes.reduce(1) { $0 * data.shape[$1] }
        let keeps = node.int("keepdims", default: 1) == 1
        let shape = data.shape.indices.compactMap { axes.contains($0) ? (keeps ? 1 : nil) : data.shape[$0] }
        let rows = kept.reduce(1) { $0 * data.shape[$1] }
        guard count > 0 else { return nil }
        if let extents = moved.extents {
            guard !["ReduceMean", "ReduceL2", "ReduceSumSquare"].contains(node.type) else { return nil }
            var results: [Extent] = []
            for row in 0..<rows {
                var result: Extent? = extents[row * count]
                for extent in extents[row * count + 1..<(row + 1) * count] {
                    result = result.flatMap { Self.whole(node.type.replacing("Reduce", with: ""), $0, extent) }
                }
                guard let result else { return nil }
                results.append(result)
            }
            return Constant(shape, results, type: data.type)
        }
        guard let floats = moved.floats else { return nil }
        let results = (0..<rows).map { row -> Float in
            let part = floats[row * count..<(row + 1) * count]
            return switch node.type {
            case "ReduceProd": part.reduce(1, *)
            case "ReduceMax": part.max() ?? 0
            case "ReduceMin": part.min() ?? 0
            case "ReduceMean": part.reduce(0, +) / Float(count)
            case "ReduceSumSquare": part.reduce(0) { $0 + $1 * $1 }
            case "ReduceL2": part.reduce(0) { $0 + $1 * $1 }.squareRoot()
            default: part.reduce(0, +)
            }
        }
        return Constant(shape, results, type: data.type)
    }

    private func pairwise(_ node: ONNXNode, _ given: [Constant]) -> Constant? {
        guard var result = given.first else { return nil }
        for other in given.dropFirst() {
            guard let shape = common([result.shape, other.shape]), (try? volume(shape)) != nil,
                let one = result.broadcast(to: shape),
                let two = other.broadcast(to: shape)
            else { return nil }
            let isFlag = Self.comparisons.contains(node.type)
            if let one = one.extents, let two = two.extents {
                let all = zip(one, two).compactMap { Self.whole(node.type, $0, $1) }
                guard all.count == one.count else { return nil }
                result = Constant(shape, all, type: isFlag ? .bool : result.type)
            } else {
                guard let one = one.floats, let two = two.floats, let function = Self.pairs[node.type] else {
                    return nil
                }
                let numbers = zip(one, two).map(function)
                result =
                    isFlag
                    ? Constant(shape, numbers.map { Extent($0 == 0 ? 0 : 1) }, type: .bool)
                    : Constant(shape, numbers, type: result.type)
            }
        }
        return given.count > 1 ? result : nil
    }

    private static let comparisons: Set = ["Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual"]

    private static let pairs: [String: @Sendable (Float, Float) -> Float] = [
        "Add": { $0 + $1 }, "Sub": { $0 - $1 }, "Mul": { $0 * $1 }, "Div": { $0 / $1 }, "Pow": { pow($0, $1) },
        "Min": { min($0, $1) }, "Max": { max($0, $1) }, "Sum": { $0 + $1 }, "Equal": { $0 == $1 ? 1 : 0 },
        "Less": { $0 < $1 ? 1 : 0 }, "Greater": { $0 > $1 ? 1 : 0 }, "LessOrEqual": { $0 <= $1 ? 1 : 0 },
        "GreaterOrEqual": { $0 >= $1 ? 1 : 0 },
    ]

    /// What an operator makes of two whole numbers; nil where it isn't known.
    private static func whole(_ type: String, _ one: Extent, _ two: Extent) -> Extent? {
        switch type {
        case "Add", "Sum": return one.plus(two)
        case "Sub": return two.negative.flatMap { one.plus($0) }
        case "Mul", "Prod": return one.times(two)
        case "Div": return one.divided(by: two)
        case "Equal" where one == two: return Extent(1)
        // An unknown size is none of the markers -1 and 0.
        case "Equal" where (one.known ?? 1) <= 0 || (two.known ?? 1) <= 0: return Extent(0)
        default: break
        }
        guard let one = one.known, let two = two.known else { return nil }
        switch type {
        case "Equal": return Extent(0)
        case "Min": return Extent(min(one, two))
        case "Max": return Extent(max(one, two))
        case "Less": return Extent(one < two ? 1 : 0)
        case "Greater": return Extent(one > two ? 1 : 0)
        case "LessOrEqual": return Extent(one <= two ? 1 : 0)
        case "GreaterOrEqual": return Extent(one >= two ? 1 : 0)
        case "And": return Extent(one & two)
        case "Or": return Extent(one | two)
        case "Xor": return Extent(one ^ two)
        case "Mod":
            guard two != 0, two != -1 else { return two == -1 ? Extent(0) : nil }
            let rest = one % two
            return Extent(rest != 0 && (rest < 0) != (two < 0) ? rest + two : rest)
        default: return nil
        }
    }
}
