import LoopShapes
import LoopsAVX512

/// A convolution of few channels by the loops of `PatchLoops`, image by image; what they don't suit is done directly.
///
/// For 5×5 windows on 16 images it takes, against oneDNN's direct convolution: from 1 to 6 channels at 28×28 half the
/// time forwards and three quarters for the kernel's gradient; from 6 to 16 at 14×14 half for the image's gradient.
struct PatchConvolution: ConvolutionAlgorithm, Sendable {
    private let batch: Int
    private let image: Frame
    private let geometry: PatchLoops.Geometry
    private let direct: DirectConvolution

    /// Images with zeros around them.
    private struct Frame: Sendable {
        let rows: Int
        let rowCount: Int
        let top: Int
        let left: Int
        let framedRows: Int
        let framedRowCount: Int

        var count: Int { rows * rowCount }
        var framedCount: Int { framedRows * framedRowCount }
        var isPlain: Bool { framedCount == count }

        /// Copies an image into its frame, whose border holds zeros.
        func fill(_ framed: UnsafeMutablePointer<Float>, from image: UnsafePointer<Float>) {
            for row in 0..<rows {
                let start = framed + (row + top) * framedRowCount + left
                start.update(from: image + row * rowCount, count: rowCount)
            }
        }

        /// Copies what is inside a frame to an image.
        func empty(_ framed: UnsafePointer<Float>, to image: UnsafeMutablePointer<Float>) {
            for row in 0..<rows {
                let start = framed + (row + top) * framedRowCount + left
                (image + row * rowCount).update(from: start, count: rowCount)
            }
        }
    }

    /// The method for one set of shapes, nil where it isn't made for them or oneDNN's convolution is faster.
    ///
    /// It needs fewer than 16 channels and at most 16 filters, no groups, no dilation, and AVX-512.
    init?(image shape: Shape, kernel: Shape, result: Shape, window: Window2D) {
        let padding = window.padding
        let plain = Window2D(
            (window.height, window.width),
            strides: (window.rowStride, window.columnStride),
            padding: padding
        )
        guard OneDNN.hasAVX512, window == plain, kernel[2] == shape[3], shape.volume > 0, result.volume > 0,
            shape[3] < 16, kernel[3] <= PatchLoops.lanes
        else { return nil }
        let channels = shape[3]
        batch = shape[0]
        image = Frame(
            rows: shape[1],
            rowCount: shape[2] * channels,
            top: padding.top,
            left: padding.left * channels,
            framedRows: shape[1] + padding.top + padding.bottom,
            framedRowCount: (shape[2] + padding.left + padding.right) * channels
        )
        geometry = PatchLoops.Geometry(
            rowStep: image.framedRowCount,
            placeStep: window.columnStride * channels,
            placeRowStep: window.rowStride * image.framedRowCount,
            placeRows: result[1],
            placeColumns: result[2],
            segments: window.height,
            segmentLength: window.width * channels,
            filters: kernel[3]
        )
        direct = DirectConvolution(image: shape, kernel: kernel, result: result, window: window)
    }

    /// The numbers of the kernel for one filter.
    private var windowCount: Int { geometry.segments * geometry.segmentLength }
    /// The numbers of a register that holds the filters.
    private var width: Int { geometry.filters <= 8 ? 8 : 16 }
    private var resultCount: Int { geometry.places * geometry.filters }

    /// The convolution: image and kernel in, and the bias where the epilogue adds one; result out.
    func forward(_ epilogue: Epilogue) -> Kernel {
        var layout = ScratchLayout()
        let weights = layout.take(windowCount * width)
        let bias = layout.take(width)
        let spare = layout.take(8 * width)
        let framed = layout.take(image.isPlain ? 0 : image.framedCount)
        let (batch, image, geometry, width) = (batch, image, geometry, width)
        let (windowCount, resultCount, filters) = (windowCount, resultCount, geometry.filters)
        let offsets = geometry.offsets
        return Kernel(scratchBytes: layout.bytes) { buffers in
            let (images, kernel, results) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
            let shifts = epilogue.addsBias ? buffers.operands[2] : nil
            let weights = buffers.scratch.floats(at: weights)
            let bias = buffers.scratch.floats(at: bias)
            let spare = buffers.scratch.floats(at: spare)
            let framed = buffers.scratch.floats(at: framed)
            return {
                Self.fillRows(weights, width: width, from: kernel, filters, count: windowCount)
                bias.update(repeating: 0, count: width)
                if let shifts { bias.update(from: shifts, count: filters) }
                if !image.isPlain { framed.update(repeating: 0, count: image.framedCount) }
                offsets.withUnsafeBufferPointer { offsets in
                    guard let offsets = offsets.baseAddress else { return }
                    for sample in 0..<batch {
                        var source = images + sample * image.count
                        if !image.isPlain {
                            image.fill(framed, from: source)
                            source = framed
                        }
                        PatchLoops.forward(
                            geometry,
                            offsets,
                            source,
                            weights,
                            bias,
                            epilogue.rectifies,
                            results + sample * resultCount,
                            (batch - sample) * resultCount,
                            spare
                        )
                    }
                }
            }
        }
    }

    /// The cotangent of the image: the result's cotangent and the kernel in.
    func imageGradient() throws(KernelError) -> Kernel {
        let (batch, image, geometry) = (batch, image, geometry)
        let (length, filters) = (geometry.segmentLength, geometry.filters)
        guard length <= 32 else { return try direct.imageGradient() }
        let width = length > 16 ? 32 : 16
        var layout = ScratchLayout()
        let weights = layout.take(geometry.segments * filters * width)
        let framed = layout.take(image.framedCount + 32)
        let resultCount = resultCount
        return Kernel(scratchBytes: layout.bytes) { buffers in
            let (cotangents, kernel, images) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
            let weights = buffers.scratch.floats(at: weights)
            let framed = buffers.scratch.floats(at: framed)
            return {
                weights.update(repeating: 0, count: geometry.segments * filters * width)
                for segment in 0..<geometry.segments {
                    for k in 0..<length {
                        let source = kernel + (segment * length + k) * filters
                        for f in 0..<filters { weights[(segment * filters + f) * width + k] = source[f] }
                    }
                }
                for sample in 0..<batch {
                    framed.update(repeating: 0, count: image.framedCount + 32)
                    PatchLoops.addImageGradient(geometry, cotangents + sample * resultCount, weights, framed)
                    image.empty(framed, to: images + sample * image.count)
                }
            }
        }
    }

    /// The cotangent of the kernel: the image and the result's cotangent in.
    func kernelGradient() -> Kernel {
        var layout = ScratchLayout()
        let weights = layout.take(windowCount * width)
        let framed = layout.take(image.isPlain ? 0 : image.framedCount)
        let last = layout.take(resultCount + width)
        let (batch, image, geometry, width) = (batch, image, geometry, width)
        let (windowCount, resultCount, filters) = (windowCount, resultCount, geometry.filters)
        return Kernel(scratchBytes: layout.bytes) { buffers in
            let (images, cotangents, kernel) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
            let weights = buffers.scratch.floats(at: weights)
            let framed = buffers.scratch.floats(at: framed)
            let last = buffers.scratch.floats(at: last)
            return {
                weights.update(repeating: 0, count: windowCount * width)
                if !image.isPlain { framed.update(repeating: 0, count: image.framedCount) }
                for sample in 0..<batch {
                    var source = images + sample * image.count
                    if !image.isPlain {
                        image.fill(framed, from: source)
                        source = framed
                    }
                    var cotangent = cotangents + sample * resultCount
                    if sample == batch - 1, filters < width {
                        // A register that starts at the last place reaches behind it.
                        last.update(from: cotangent, count: resultCount)
                        (last + resultCount).update(repeating: 0, count: width)
                        cotangent = last
                    }
                    PatchLoops.addKernelGradient(geometry, source, cotangent, weights)
                }
                for place in 0..<windowCount {
                    (kernel + place * filters).update(from: weights + place * width, count: filters)
                }
            }
        }
    }

    /// Copies rows of `filters` numbers into rows of `width`, filled up with zeros.
    private static func fillRows(
        _ rows: UnsafeMutablePointer<Float>,
        width: Int,
        from source: UnsafePointer<Float>,
        _ filters: Int,
        count: Int
    ) {
        if filters < width { rows.update(repeating: 0, count: count * width) }
        for row in 0..<count { (rows + row * width).update(from: source + row * filters, count: filters) }
    }
}
