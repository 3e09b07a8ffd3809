/// One step of a gated recurrent unit after its product, row by row; `NN.GRUSequence` has the formulas.
///
/// Each loop writes one array and reads few, by the plain index: the compiler then proves that they don't overlap, sees
/// no overflow to check for, and vectorises it. A row stays in the first-level cache from the first loop to the last.
public enum GRULoops {
    /// Forward, with the reset gate after the product.
    ///
    /// - Parameters:
    ///   - x: Projected inputs `[rows, 3H]`.
    ///   - u: Recurrent products `[rows, 3H]`.
    ///   - bias: The recurrent bias `[3H]`.
    ///   - gates: Where z, r and the candidate go, `[rows, 3H]`.
    ///   - inner: Where `h·U_h + c_h` goes, `[rows, H]`.
    ///   - old: The states before, `[rows, H]`.
    ///   - new: Where the states go, `[rows, H]`.
    ///   - rows: How many rows there are.
    ///   - units: H.
    @Sendable
    public static func forwardResetAfter(
        _ x: UnsafePointer<Float>,
        _ u: UnsafePointer<Float>,
        _ bias: UnsafePointer<Float>,
        _ gates: UnsafeMutablePointer<Float>,
        _ inner: UnsafeMutablePointer<Float>,
        _ old: UnsafePointer<Float>,
        _ new: UnsafeMutablePointer<Float>,
        _ rows: Int,
        _ units: Int
    ) {
        for row in 0..<rows {
            let (x, u, gate) = (x + row * 3 * units, u + row * 3 * units, gates + row * 3 * units)
            let (inner, old, new) = (inner + row * units, old + row * units, new + row * units)
            let (reset, candidate) = (gate + units, gate + 2 * units)
            for i in 0..<2 * units { gate[i] = VectorMath.sigmoid(x[i] + u[i] + bias[i]) }
            let (ownX, ownU, ownBias) = (x + 2 * units, u + 2 * units, bias + 2 * units)
            for i in 0..<units { inner[i] = ownU[i] + ownBias[i] }
            // The candidate takes shape in `new`: within one array the compiler wouldn't trust the parts to be apart.
            for i in 0..<units { new[i] = ownX[i] + reset[i] * inner[i] }
            for i in 0..<units { new[i] = VectorMath.tanh(new[i]) }
            candidate.update(from: new, count: units)
            for i in 0..<units { new[i] += gate[i] * (old[i] - new[i]) }
        }
    }

    /// Backward, with the reset gate after the product: `dh` becomes what flows past the product.
    ///
    /// - Parameters:
    ///   - gates: z, r and the candidate, `[rows, 3H]`.
    ///   - inner: `h·U_h + c_h`, `[rows, H]`.
    ///   - old: The states before, `[rows, H]`.
    ///   - arriving: The cotangent of the states before from elsewhere, `[rows, H]`.
    ///   - dx: Where the cotangent of the projected inputs goes, `[rows, 3H]`.
    ///   - du: Where the cotangent of the products goes, `[rows, 3H]`.
    ///   - dh: The cotangent of the states after, `[rows, H]`.
    ///   - rows: How many rows there are.
    ///   - units: H.
    @Sendable
    public static func backwardResetAfter(
        _ gates: UnsafePointer<Float>,
        _ inner: UnsafePointer<Float>,
        _ old: UnsafePointer<Float>,
        _ arriving: UnsafePointer<Float>,
        _ dx: UnsafeMutablePointer<Float>,
        _ du: UnsafeMutablePointer<Float>,
        _ dh: UnsafeMutablePointer<Float>,
        _ rows: Int,
        _ units: Int
    ) {
        for row in 0..<rows {
            let (gate, dx, du) = (gates + row * 3 * units, dx + row * 3 * units, du + row * 3 * units)
            let (inner, old, arriving) = (inner + row * units, old + row * units, arriving + row * units)
            let (dh, byReset, slope, byInner) = (dh + row * units, dx + units, dx + 2 * units, du + 2 * units)
            let (reset, candidate) = (gate + units, gate + 2 * units)
            for i in 0..<units { dx[i] = dh[i] * (old[i] - candidate[i]) * gate[i] * (1 - gate[i]) }
            for i in 0..<units { slope[i] = dh[i] * (1 - gate[i]) * (1 - candidate[i] * candidate[i]) }
            for i in 0..<units { byReset[i] = slope[i] * inner[i] * reset[i] * (1 - reset[i]) }
            du.update(from: dx, count: 2 * units)
            for i in 0..<units { byInner[i] = slope[i] * reset[i] }
            for i in 0..<units { dh[i] = dh[i] * gate[i] + arriving[i] }
        }
    }
}
