import CDNNL

/// oneDNN's direct convolution for one set of shapes, in its three directions.
///
/// Images stay in plain channels-last layout: measured against blocked layouts it is within a few percent for 16
/// channels and more, and for fewer it avoids the reference kernels that oneDNN falls back to. Kernels are reordered
/// from `[height, width, in, out]` to what the primitive wants, which costs 0.5 to 2 % of a step.
struct DirectConvolution: ConvolutionAlgorithm {
    let image: dnnl_memory_desc_t
    let kernel: dnnl_memory_desc_t
    let result: dnnl_memory_desc_t
    private let bias: dnnl_memory_desc_t
    private let window: Window2D
    private let anyKernel: dnnl_memory_desc_t
    private let what: String

    init(image: Shape, kernel: Shape, result: Shape, window: Window2D) {
        self.window = window
        self.image = dnnl_memory_desc_t([image[0], image[3], image[1], image[2]], dnnl_nhwc)
        let groups = image[3] / kernel[2]
        let extents = [kernel[3] / groups, kernel[2], kernel[0], kernel[1]]
        let (grouped, plain) = groups == 1 ? (extents, dnnl_hwio) : ([groups] + extents, dnnl_hwigo)
        self.kernel = dnnl_memory_desc_t(grouped, plain)
        anyKernel = dnnl_memory_desc_t(grouped, dnnl_format_tag_any)
        self.result = dnnl_memory_desc_t([result[0], result[3], result[1], result[2]], dnnl_nhwc)
        bias = dnnl_memory_desc_t([kernel[3]], dnnl_a)
        what = "convolution of \(image) with \(kernel)"
    }

    private var strides: [dnnl_dim_t] { [dnnl_dim_t(window.rowStride), dnnl_dim_t(window.columnStride)] }
    /// oneDNN counts the pixels that are left out between two.
    private var dilation: [dnnl_dim_t] {
        [dnnl_dim_t(window.rowDilation - 1), dnnl_dim_t(window.columnDilation - 1)]
    }
    private var before: [dnnl_dim_t] { [dnnl_dim_t(window.padding.top), dnnl_dim_t(window.padding.left)] }

    private var after: [dnnl_dim_t] { [dnnl_dim_t(window.padding.bottom), dnnl_dim_t(window.padding.right)] }

    private func forwardPrimitive(_ epilogue: Epilogue = Epilogue()) throws(KernelError) -> OneDNNPrimitive {
        var operation = dnnl_convolution_desc_t()
        var (image, kernel, bias, result) = (image, anyKernel, bias, result)
        func describe(_ bias: UnsafePointer<dnnl_memory_desc_t>?) -> dnnl_status_t {
            dnnl_dilated_convolution_forward_desc_init(
                &operation,
                dnnl_forward_training,
                dnnl_convolution_direct,
                &image,
                &kernel,
                bias,
                &result,
                strides,
                dilation,
                before,
                after
            )
        }
        try OneDNN.check(epilogue.addsBias ? describe(&bias) : describe(nil), what)
        return try OneDNNPrimitive(what, operation: &operation, epilogue: epilogue)
    }

    /// The convolution: image and kernel in, and the bias where the epilogue adds one; result out.
    func forward(_ epilogue: Epilogue) throws(KernelError) -> Kernel {
        let primitive = try forwardPrimitive(epilogue)
        let wanted = primitive.layout(of: dnnl_query_weights_md)
        let (image, bias, result) = (image, bias, result)
        return Kernel(scratchBytes: primitive.scratchpadBytes, preparation: try arrangement(wanted)) { buffers in
            var tensors = [
                (DNNL_ARG_SRC, image, UnsafeMutableRawPointer(buffers.operands[0])),
                (DNNL_ARG_WEIGHTS, wanted, UnsafeMutableRawPointer(buffers.operands[buffers.operands.count - 1])),
                (DNNL_ARG_DST, result, UnsafeMutableRawPointer(buffers.results[0])),
            ]
            if epilogue.addsBias {
                tensors.append((DNNL_ARG_BIAS, bias, UnsafeMutableRawPointer(buffers.operands[2])))
            }
            let bound = primitive.bind(tensors, scratch: buffers.scratch)
            return { bound.execute() }
        }
    }

    /// The kernel in the layout that a primitive wants.
    private func arrangement(_ wanted: dnnl_memory_desc_t) throws(KernelError) -> Kernel.Preparation {
        let reorder = try OneDNNPrimitive(reordering: kernel, to: wanted)
        let plain = kernel
        return Kernel.Preparation(
            operand: 1,
            count: wanted.bytes / MemoryLayout<Float>.stride,
            scratchBytes: reorder.scratchpadBytes
        ) { buffers in
            let bound = reorder.bind(
                [
                    (DNNL_ARG_FROM, plain, UnsafeMutableRawPointer(buffers.operands[0])),
                    (DNNL_ARG_TO, wanted, UnsafeMutableRawPointer(buffers.results[0])),
                ],
                scratch: buffers.scratch
            )
            return { bound.execute() }
        }
    }

    /// The cotangent of the image: the result's cotangent and the kernel in.
    func imageGradient() throws(KernelError) -> Kernel {
        var operation = dnnl_convolution_desc_t()
        var (source, kernel, cotangent) = (image, anyKernel, result)
        try OneDNN.check(
            dnnl_dilated_convolution_backward_data_desc_init(
                &operation,
                dnnl_convolution_direct,
                &source,
                &kernel,
                &cotangent,
                strides,
                dilation,
                before,
                after
            ),
            what
        )
        let primitive = try OneDNNPrimitive(what, operation: &operation, forward: forwardPrimitive())
        let wanted = primitive.layout(of: dnnl_query_weights_md)
        let (image, result) = (image, result)
        return Kernel(scratchBytes: primitive.scratchpadBytes, preparation: try arrangement(wanted)) { buffers in
            let bound = primitive.bind(
                [
                    (DNNL_ARG_DIFF_DST, result, UnsafeMutableRawPointer(buffers.operands[0])),
                    (DNNL_ARG_WEIGHTS, wanted, UnsafeMutableRawPointer(buffers.operands[2])),
                    (DNNL_ARG_DIFF_SRC, image, UnsafeMutableRawPointer(buffers.results[0])),
                ],
                scratch: buffers.scratch
            )
            return { bound.execute() }
        }
    }

    /// The cotangent of the kernel: the image and the result's cotangent in.
    func kernelGradient() throws(KernelError) -> Kernel {
        var operation = dnnl_convolution_desc_t()
        var (source, kernel, cotangent) = (image, anyKernel, result)
        try OneDNN.check(
            dnnl_dilated_convolution_backward_weights_desc_init(
                &operation,
                dnnl_convolution_direct,
                &source,
                &kernel,
                nil,
                &cotangent,
                strides,
                dilation,
                before,
                after
            ),
            what
        )
        let primitive = try OneDNNPrimitive(what, operation: &operation, forward: forwardPrimitive())
        let given = primitive.layout(of: dnnl_query_diff_weights_md)
        let reorder = try OneDNNPrimitive(reordering: given, to: self.kernel)
        let (image, plain, result) = (image, self.kernel, result)
        return Kernel(scratchBytes: given.bytes + max(primitive.scratchpadBytes, reorder.scratchpadBytes)) {
            buffers in
            let pad = buffers.scratch + given.bytes
            let first = primitive.bind(
                [
                    (DNNL_ARG_SRC, image, UnsafeMutableRawPointer(buffers.operands[0])),
                    (DNNL_ARG_DIFF_DST, result, UnsafeMutableRawPointer(buffers.operands[1])),
                    (DNNL_ARG_DIFF_WEIGHTS, given, buffers.scratch),
                ],
                scratch: pad
            )
            let second = reorder.bind(
                [
                    (DNNL_ARG_FROM, given, buffers.scratch),
                    (DNNL_ARG_TO, plain, UnsafeMutableRawPointer(buffers.results[0])),
                ],
                scratch: pad
            )
            return {
                first.execute()
                second.execute()
            }
        }
    }
}
