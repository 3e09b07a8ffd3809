/// The sum over some axes, which disappear.
public struct Sum: SingleResultPrimitive {
    /// The axes that are summed, each once.
    public let axes: [Int]
    /// The name in messages.
    public var name: String { "sum" }

    package init(axes: [Int]) {
        self.axes = axes
    }

    /// The operand's shape without the summed axes.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard Set(axes).count == axes.count, axes.allSatisfy({ operands[0].extents.indices.contains($0) }) else {
            throw ShapeError(name, "\(operands[0]) has no axes \(axes)")
        }
        return Shape(operands[0].extents.indices.filter { !axes.contains($0) }.map { operands[0][$0] })
    }

    /// Forward mode: the tangent summed alike.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.sum(tangent, axes: axes)
    }

    /// Reverse mode: the cotangent repeated along the summed axes.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let from = graph.shape(of: operands[0])
        let kept = Shape(from.extents.indices.map { axes.contains($0) ? 1 : from[$0] })
        return [try graph.broadcast(graph.reshape(cotangent, to: kept), to: from)]
    }

    /// A strided sum; a view where only axes of extent 1 disappear.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let from = signature.operands[0]
        if axes.allSatisfy({ from[$0] == 1 }) { return .view(offset: 0) }
        let sum = StridedSum(from, over: Set(axes))
        return .kernel(
            Kernel(scratchBytes: sum.scratchCount * MemoryLayout<Float>.stride) { buffers in
                let (operand, result) = (buffers.operands[0], buffers.results[0])
                let scratch = buffers.scratch.assumingMemoryBound(to: Float.self)
                return { sum.run(from: operand, to: result, scratch: scratch) }
            }
        )
    }
}

extension Graph {
    /// The sum over some axes, which disappear or keep an extent of 1.
    public mutating func sum(
        _ x: Value,
        axes: [Int],
        keepingDimensions: Bool = false
    ) throws(ShapeError) -> Value {
        let from = shape(of: x)
        let sum = axes.isEmpty ? x : try append(Sum(axes: axes), x)
        guard keepingDimensions else { return sum }
        return try reshape(sum, to: Shape(from.extents.indices.map { axes.contains($0) ? 1 : from[$0] }))
    }

    /// The arithmetic mean over some axes, which disappear or keep an extent of 1.
    public mutating func mean(
        _ x: Value,
        axes: [Int],
        keepingDimensions: Bool = false
    ) throws(ShapeError) -> Value {
        let count = axes.map { shape(of: x)[$0] }.reduce(1, *)
        return try scale(sum(x, axes: axes, keepingDimensions: keepingDimensions), by: 1 / Float(max(count, 1)))
    }
}
