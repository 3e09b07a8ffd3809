import CDNNL

/// `C = A · B` in float32 on oneDNN's matrix primitive, where each row of `C` has the same bits however many rows
/// there are.
///
/// oneDNN's GEMM call picks other code for one row, for few and for many; its matrix primitive was compared bit for bit
/// over 1 to 256 rows and doesn't. An answer must not depend on what shared its batch, so forward passes multiply here.
struct RowProduct: Sendable {
    private let primitive: OneDNNPrimitive
    private let a: dnnl_memory_desc_t
    private let b: dnnl_memory_desc_t
    private let c: dnnl_memory_desc_t
    private let bias: dnnl_memory_desc_t

    /// A product `[m, k] × [k, n] → [m, n]` of row-major matrices.
    init(m: Int, n: Int, k: Int, epilogue: Epilogue = Epilogue()) throws(KernelError) {
        a = dnnl_memory_desc_t([m, k], dnnl_ab)
        b = dnnl_memory_desc_t([k, n], dnnl_ab)
        c = dnnl_memory_desc_t([m, n], dnnl_ab)
        bias = dnnl_memory_desc_t([1, n], dnnl_ab)
        let what = "product of [\(m), \(k)] and [\(k), \(n)]"
        var (a, b, c, bias) = (a, b, c, bias)
        var operation = dnnl_matmul_desc_t()
        let status =
            epilogue.addsBias
            ? dnnl_matmul_desc_init(&operation, &a, &b, &bias, &c)
            : dnnl_matmul_desc_init(&operation, &a, &b, nil, &c)
        try OneDNN.check(status, what)
        primitive = try OneDNNPrimitive(what, operation: &operation, epilogue: epilogue)
    }

    /// The bytes of scratch memory that a run needs.
    var scratchBytes: Int { primitive.scratchpadBytes }

    /// Binds the product to matrices, which may be exchanged for others before each run.
    func bind(
        _ a: UnsafeMutablePointer<Float>,
        _ b: UnsafeMutablePointer<Float>,
        _ c: UnsafeMutablePointer<Float>,
        bias: UnsafeMutablePointer<Float>? = nil,
        scratch: UnsafeMutableRawPointer
    ) -> BoundPrimitive {
        var tensors = [
            (DNNL_ARG_SRC, self.a, UnsafeMutableRawPointer(a)),
            (DNNL_ARG_WEIGHTS, self.b, UnsafeMutableRawPointer(b)),
            (DNNL_ARG_DST, self.c, UnsafeMutableRawPointer(c)),
        ]
        if let bias { tensors.append((DNNL_ARG_BIAS, self.bias, UnsafeMutableRawPointer(bias))) }
        return primitive.bind(tensors, scratch: scratch)
    }
}
