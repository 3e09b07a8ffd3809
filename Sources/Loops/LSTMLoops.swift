/// One step of a long short-term memory after its product, row by row; `NN.LSTMSequence` has the formulas.
///
/// Built like `GRULoops`: short loops that write one array each.
public enum LSTMLoops {
    /// Forward.
    ///
    /// - Parameters:
    ///   - x: Projected inputs `[rows, 4H]`.
    ///   - u: Recurrent products `[rows, 4H]`.
    ///   - gates: Where i, f, the candidate and o go, `[rows, 4H]`.
    ///   - old: The memory cells before, `[rows, H]`.
    ///   - new: Where the memory cells go, `[rows, H]`.
    ///   - state: Where the states go, `[rows, H]`.
    ///   - rows: How many rows there are.
    ///   - units: H.
    @Sendable
    public static func forward(
        _ x: UnsafePointer<Float>,
        _ u: UnsafePointer<Float>,
        _ gates: UnsafeMutablePointer<Float>,
        _ old: UnsafePointer<Float>,
        _ new: UnsafeMutablePointer<Float>,
        _ state: UnsafeMutablePointer<Float>,
        _ rows: Int,
        _ units: Int
    ) {
        for row in 0..<rows {
            let (x, u, gate) = (x + row * 4 * units, u + row * 4 * units, gates + row * 4 * units)
            let (old, new, state) = (old + row * units, new + row * units, state + row * units)
            let (forget, candidate, output) = (gate + units, gate + 2 * units, gate + 3 * units)
            for i in 0..<2 * units { gate[i] = VectorMath.sigmoid(x[i] + u[i]) }
            for i in 2 * units..<3 * units { gate[i] = VectorMath.tanh(x[i] + u[i]) }
            for i in 3 * units..<4 * units { gate[i] = VectorMath.sigmoid(x[i] + u[i]) }
            for i in 0..<units { new[i] = forget[i] * old[i] + gate[i] * candidate[i] }
            for i in 0..<units { state[i] = output[i] * VectorMath.tanh(new[i]) }
        }
    }

    /// Backward: `dc` becomes the cotangent of the memory cells before.
    ///
    /// - Parameters:
    ///   - gates: i, f, the candidate and o, `[rows, 4H]`.
    ///   - old: The memory cells before, `[rows, H]`.
    ///   - new: The memory cells after, `[rows, H]`.
    ///   - arriving: The cotangent of the memory cells before from elsewhere, `[rows, H]`.
    ///   - dx: Where the cotangent of the projected inputs goes, `[rows, 4H]`.
    ///   - dh: The cotangent of the states after, `[rows, H]`.
    ///   - dc: The cotangent of the memory cells after, `[rows, H]`.
    ///   - squashed: Room for one row of `tanh(c)`, `[H]`.
    ///   - rows: How many rows there are.
    ///   - units: H.
    @Sendable
    public static func backward(
        _ gates: UnsafePointer<Float>,
        _ old: UnsafePointer<Float>,
        _ new: UnsafePointer<Float>,
        _ arriving: UnsafePointer<Float>,
        _ dx: UnsafeMutablePointer<Float>,
        _ dh: UnsafePointer<Float>,
        _ dc: UnsafeMutablePointer<Float>,
        _ squashed: UnsafeMutablePointer<Float>,
        _ rows: Int,
        _ units: Int
    ) {
        for row in 0..<rows {
            let (gate, dx) = (gates + row * 4 * units, dx + row * 4 * units)
            let (old, new, arriving) = (old + row * units, new + row * units, arriving + row * units)
            let (dh, dc) = (dh + row * units, dc + row * units)
            let (forget, candidate, output) = (gate + units, gate + 2 * units, gate + 3 * units)
            let (byForget, byCandidate, byOutput) = (dx + units, dx + 2 * units, dx + 3 * units)
            for i in 0..<units { squashed[i] = VectorMath.tanh(new[i]) }
            for i in 0..<units { dc[i] += dh[i] * output[i] * (1 - squashed[i] * squashed[i]) }
            for i in 0..<units { byOutput[i] = dh[i] * squashed[i] * output[i] * (1 - output[i]) }
            for i in 0..<units { dx[i] = dc[i] * candidate[i] * gate[i] * (1 - gate[i]) }
            for i in 0..<units { byForget[i] = dc[i] * old[i] * forget[i] * (1 - forget[i]) }
            for i in 0..<units { byCandidate[i] = dc[i] * gate[i] * (1 - candidate[i] * candidate[i]) }
            for i in 0..<units { dc[i] = dc[i] * forget[i] + arriving[i] }
        }
    }
}
