import CDNNL

/// `C = A · B` in float32, where each row of `C` has the same bits however many rows there are.
///
/// oneDNN's GEMM call picks other code for one row, for few and for many; its matrix primitive was compared bit for bit
/// over 1 to 256 rows and doesn't. An answer must not depend on what shared its batch, so forward passes multiply here.
///
/// A single row goes through a loop of our own that adds up in the same order: oneDNN packs wide matrices first, which
/// costs twice the product where there is one row to multiply (LSTM-128, 28 steps: 251 µs, 95 without).
struct RowProduct: Sendable {
    private let primitive: OneDNNPrimitive?
    private let a: dnnl_memory_desc_t
    private let b: dnnl_memory_desc_t
    private let c: dnnl_memory_desc_t
    private let bias: dnnl_memory_desc_t
    private let epilogue: Epilogue
    private let (n, k): (Int, Int)

    /// A product `[m, k] × [k, n] → [m, n]` of row-major matrices.
    init(m: Int, n: Int, k: Int, epilogue: Epilogue = Epilogue()) throws(KernelError) {
        (self.n, self.k, self.epilogue) = (n, k, epilogue)
        a = dnnl_memory_desc_t([m, k], dnnl_ab)
        b = dnnl_memory_desc_t([k, n], dnnl_ab)
        c = dnnl_memory_desc_t([m, n], dnnl_ab)
        bias = dnnl_memory_desc_t([1, n], dnnl_ab)
        guard m > 1 else {
            primitive = nil
            return
        }
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
    var scratchBytes: Int { primitive?.scratchpadBytes ?? n * MemoryLayout<Float>.stride }

    /// How many products oneDNN 2.6 adds up in one go, found by comparing bits.
    ///
    /// In a version with other stretches a single row has other bits than one of many; inference finds that out and then
    /// runs a single row as one of two.
    private var stretch: Int { k <= 512 ? k : k <= 1024 ? 512 : 1024 }

    /// Binds the product to matrices; the rows may be exchanged for others before each run.
    func bind(
        _ a: UnsafeMutablePointer<Float>,
        _ b: UnsafeMutablePointer<Float>,
        _ c: UnsafeMutablePointer<Float>,
        bias: UnsafeMutablePointer<Float>? = nil,
        scratch: UnsafeMutableRawPointer
    ) -> BoundRowProduct {
        guard let primitive else {
            let row = BoundRowProduct.Row(
                matrix: b,
                bias: bias,
                rectifies: epilogue.rectifies,
                shape: (n: n, k: k, stretch: stretch),
                scratch: scratch.assumingMemoryBound(to: Float.self)
            )
            return BoundRowProduct(.row(row), rows: a, result: c)
        }
        var tensors = [
            (DNNL_ARG_SRC, self.a, UnsafeMutableRawPointer(a)),
            (DNNL_ARG_WEIGHTS, self.b, UnsafeMutableRawPointer(b)),
            (DNNL_ARG_DST, self.c, UnsafeMutableRawPointer(c)),
        ]
        if let bias { tensors.append((DNNL_ARG_BIAS, self.bias, UnsafeMutableRawPointer(bias))) }
        return BoundRowProduct(.rows(primitive.bind(tensors, scratch: scratch)), rows: a, result: c)
    }
}

/// A product with the memory that it works on.
final class BoundRowProduct {
    fileprivate enum Work {
        case rows(BoundPrimitive)
        case row(Row)
    }

    /// What a single row is multiplied by, and what is then done with it.
    fileprivate struct Row {
        let matrix: UnsafeMutablePointer<Float>
        let bias: UnsafeMutablePointer<Float>?
        let rectifies: Bool
        let shape: (n: Int, k: Int, stretch: Int)
        let scratch: UnsafeMutablePointer<Float>
    }

    private let work: Work
    private var rows: UnsafeMutablePointer<Float>
    private var result: UnsafeMutablePointer<Float>

    fileprivate init(
        _ work: Work,
        rows: UnsafeMutablePointer<Float>,
        result: UnsafeMutablePointer<Float>
    ) {
        (self.work, self.rows, self.result) = (work, rows, result)
    }

    /// Exchanges the rows that are multiplied, and where the product goes.
    func set(rows: UnsafeMutablePointer<Float>, result: UnsafeMutablePointer<Float>? = nil) {
        self.rows = rows
        if let result { self.result = result }
        guard case .rows(let bound) = work else { return }
        bound.setMemory(0, rows)
        if let result { bound.setMemory(2, result) }
    }

    /// Multiplies, in the calling thread.
    func execute() {
        switch work {
        case .rows(let bound): bound.execute()
        case .row(let row):
            let (n, k, stretch) = row.shape
            VectorLoops.multiplyRow(rows, row.matrix, result, k, n, stretch, row.scratch)
            if let bias = row.bias { VectorLoops.finishRow(result, bias, row.rectifies, n) }
        }
    }
}
