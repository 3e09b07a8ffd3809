/// The gradient of `LSTMSequence`, backwards through time in one kernel.
///
/// Operands: its memory cells and gates, the recurrent kernel, the cotangents of states and of memory cells. Results:
/// the cotangents of the projected inputs `[T, N, 4H]`, of the initial state and of the initial memory cell `[N, H]`.
public struct LSTMSequenceGradient: CompositePrimitive, BFloat16Taking {
    /// The name in messages.
    public var name: String { "lstmGradient" }

    package init() {}

    /// The shapes of the three cotangents.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] {
        let (cells, gates) = (operands[0], operands[1])
        guard cells.rank == 3, operands[3] == cells, operands[4] == cells,
            gates == [cells[0] - 1, cells[1], 4 * cells[2]]
        else {
            throw ShapeError(name, "cells \(cells), gates \(gates), cotangents \(operands[3]) don't belong together")
        }
        return [gates, [cells[1], cells[2]], [cells[1], cells[2]]]
    }

    /// The same, step by step.
    public func expand(_ operands: [Value], in graph: inout Graph) throws(ShapeError) -> [Value] {
        let (cells, gates, kernel) = (operands[0], operands[1], operands[2])
        let shape = graph.shape(of: cells)
        let (steps, batch, units) = (shape[0] - 1, shape[1], shape[2])
        func part(_ value: Value, _ step: Int, _ graph: inout Graph) throws(ShapeError) -> Value {
            let width = graph.shape(of: value).last
            return try graph.reshape(graph.slice(value, axis: 0, step..<step + 1), to: [batch, width])
        }
        var byState = try part(operands[3], steps, &graph)
        var byCell = try part(operands[4], steps, &graph)
        var projected: [Value] = []
        for step in (0..<steps).reversed() {
            let all = try part(gates, step, &graph)
            let input = try graph.slice(all, axis: 1, 0..<units)
            let forget = try graph.slice(all, axis: 1, units..<2 * units)
            let candidate = try graph.slice(all, axis: 1, 2 * units..<3 * units)
            let output = try graph.slice(all, axis: 1, 3 * units..<4 * units)
            let squashed = try graph.tanh(part(cells, step + 1, &graph))
            let through = try graph.multiply(byState, output)
            byCell = try graph.add(
                byCell,
                graph.subtract(through, graph.multiply(through, graph.multiply(squashed, squashed)))
            )
            let byCandidate = try graph.multiply(byCell, input)
            let slopes = [
                try graph.logisticSlope(graph.multiply(byCell, candidate), at: input),
                try graph.logisticSlope(graph.multiply(byCell, part(cells, step, &graph)), at: forget),
                try graph.subtract(byCandidate, graph.multiply(byCandidate, graph.multiply(candidate, candidate))),
                try graph.logisticSlope(graph.multiply(byState, squashed), at: output),
            ]
            let product = try graph.concatenate(slopes, axis: 1)
            projected.append(product)
            byCell = try graph.add(graph.multiply(byCell, forget), part(operands[4], step, &graph))
            byState = try graph.add(
                graph.matmul(product, kernel, transposingRight: true),
                part(operands[3], step, &graph)
            )
        }
        return [try graph.stack(projected.reversed(), each: [batch, 4 * units]), byState, byCell]
    }

    /// A loop over the gates and a product for each step, the last step first.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(try LSTMKernels(signature.operands[1], .float32).backward())
    }

    /// The same, with operands of the products in bfloat16.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel? {
        try LSTMKernels(signature.operands[1], .mixedBFloat16).backward()
    }
}
