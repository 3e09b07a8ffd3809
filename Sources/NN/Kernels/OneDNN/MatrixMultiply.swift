import CDNNL

/// `C = op(A) · op(B) + β·C` in float32 for row-major matrices, on oneDNN's GEMM.
struct MatrixMultiply: Sendable {
    let transposesA: Bool
    let transposesB: Bool
    /// Rows of `op(A)` and of `C`.
    let m: Int
    /// Columns of `op(B)` and of `C`.
    let n: Int
    /// Columns of `op(A)`, rows of `op(B)`.
    let k: Int

    /// Multiplies; each matrix may be part of a wider one, whose row length is its stride.
    ///
    /// - Parameters:
    ///   - a: `[m, k]`, or `[k, m]` where it is transposed.
    ///   - aStride: The elements from one row of `a` to the next; its own width where nil.
    ///   - b: `[k, n]`, or `[n, k]` where it is transposed.
    ///   - c: `[m, n]`.
    ///   - beta: What the old `C` is multiplied by before the product is added; 0 ignores what it holds.
    @inline(__always)
    func run(
        _ a: UnsafePointer<Float>,
        aStride: Int? = nil,
        _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>,
        beta: Float = 0
    ) {
        // A refusal could only come from negative sizes or short strides, which the shape rules exclude.
        let status = dnnl_sgemm(
            transposesA ? 84 : 78,  // 'T' or 'N'
            transposesB ? 84 : 78,
            dnnl_dim_t(m),
            dnnl_dim_t(n),
            dnnl_dim_t(k),
            1,
            a,
            dnnl_dim_t(aStride ?? (transposesA ? m : k)),
            b,
            dnnl_dim_t(transposesB ? k : n),
            beta,
            c,
            dnnl_dim_t(n)
        )
        precondition(status == dnnl_success, "oneDNN refused a GEMM of \(m)×\(k)×\(n)")
    }
}
