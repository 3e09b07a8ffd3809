import CBFloat16
import LoopShapes
import LoopsAVX512

/// A 3×3 convolution by Winograd's method, in its three directions; `Loops.WinogradLoops` has the formulas.
///
/// Images stay in plain channels-last layout, in which sixteen channels of a pixel are one vector register. Tiles go
/// through in groups whose transforms fit in a core's second-level cache: pixels of the group are transformed, the 36
/// planes multiplied, the results transformed back. Measured on 16 images against oneDNN's direct convolution, which
/// runs at the processor's peak, it takes 35 to 45 % of the time.
///
/// With operands in bfloat16, what is rounded is what is multiplied, the transformed pixels, weights and cotangents; the
/// transforms are in float32. The root mean square error of a sum is then 1.2 % of the sums', where pixels and weights
/// that are rounded themselves have 0.25 %.
struct WinogradConvolution: ConvolutionAlgorithm, Sendable {
    private let tiles: WinogradTiles
    private let group: Int
    private let precision: ProductPrecision

    /// The weights of one place of the window beyond which their transform, four times as large as the kernel, takes more
    /// memory (18 MiB) and time than it is worth for few images.
    private static let mostWeights = 1 << 17

    /// The channels, and filters, under which rounding takes longer than it saves: with 16 an eighth of the time more.
    private static let fewestRounded = 32

    /// The bytes that the transforms of one group of tiles may take: half of a core's second-level cache.
    private static let groupBytes = 512 << 10

    /// The method for one set of shapes, nil where it isn't made for them or a direct convolution is faster.
    ///
    /// It needs a window of 3×3 with steps of 1, no groups, whole vectors of 16 channels on both sides, and AVX-512; and
    /// results that fill at least half of their tiles. Only the shape of one image counts: answers have the same
    /// bits in every batch.
    init?(image: Shape, kernel: Shape, result: Shape, window: Window2D, _ precision: ProductPrecision) {
        let isWorthRounding = min(image[3], kernel[3]) >= Self.fewestRounded
        self.precision = isWorthRounding ? precision : .float32
        let needed = Window2D((3, 3), strides: (1, 1), padding: window.padding)
        guard OneDNN.hasAVX512, window == needed, kernel[2] == image[3], image[3] % 16 == 0, kernel[3] % 16 == 0,
            image[3] > 0, kernel[3] > 0, image[0] > 0, max(window.padding.top, window.padding.left) <= 2,
            max(window.padding.bottom, window.padding.right) <= 2
        else { return nil }
        tiles = WinogradTiles(image: image, result: result, top: window.padding.top, left: window.padding.left)
        guard tiles.down * tiles.across * 16 <= 2 * result[1] * result[2],
            image[3] * kernel[3] <= Self.mostWeights
        else { return nil }
        let tileBytes = 36 * (image[3] + kernel[3]) * MemoryLayout<Float>.stride
        let most = (tiles.count + 7) / 8 * 8
        group = min(most, max(16, Self.groupBytes / tileBytes / 8 * 8))
    }

    /// The floats from one plane of so many to the next: a cache line more, since powers of two would have all 36 planes
    /// meet in a few sets of the first-level cache.
    private static func plane(_ count: Int) -> Int { count + 16 }

    private var channels: Int { tiles.channels }
    private var filters: Int { tiles.resultChannels }

    /// The convolution: image and kernel in, and the bias where the epilogue adds one; result out.
    func forward(_ epilogue: Epilogue) -> Kernel {
        var room = ScratchLayout()
        let pass = ImagePass(tiles, group: group, precision, &room)
        let weights = TransformedWeights(inputs: channels, outputs: filters, precision)
        let preparation = Kernel.Preparation(
            operand: 1,
            count: weights.count,
            scratchBytes: weights.scratchBytes
        ) { buffers in
            let (kernel, result, scratch) = (buffers.operands[0], buffers.results[0], buffers.scratch)
            return { weights.transform(kernel, result, turned: false, scratch) }
        }
        return Kernel(scratchBytes: room.bytes, preparation: preparation) { buffers in
            let (image, result, scratch) = (buffers.operands[0], buffers.results[0], buffers.scratch)
            let bias = epilogue.addsBias ? UnsafePointer(buffers.operands[2]) : nil
            let weights = buffers.operands[buffers.operands.count - 1]
            return { pass.run(image, weights, result, bias: bias, rectifies: epilogue.rectifies, scratch) }
        }
    }

    /// The cotangent of the image: the result's cotangent and the kernel in.
    ///
    /// It is the convolution of the cotangents with the kernel turned by 180° and its channels exchanged.
    func imageGradient() -> Kernel {
        let (channels, filters) = (channels, filters)
        var room = ScratchLayout()
        let backward = WinogradTiles(
            image: [tiles.batch, tiles.resultRows, tiles.resultColumns, filters],
            result: [tiles.batch, tiles.rows, tiles.columns, channels],
            top: 2 - tiles.top,
            left: 2 - tiles.left
        )
        let pass = ImagePass(backward, group: min(group, (backward.count + 7) / 8 * 8), precision, &room)
        let weights = TransformedWeights(inputs: filters, outputs: channels, precision)
        let exchangedBytes = 9 * channels * filters * MemoryLayout<Float>.stride
        let preparation = Kernel.Preparation(
            operand: 1,
            count: weights.count,
            scratchBytes: exchangedBytes + weights.scratchBytes
        ) { buffers in
            let (kernel, result) = (buffers.operands[0], buffers.results[0])
            let exchanged = buffers.scratch.floats(at: 0)
            let scratch = buffers.scratch + exchangedBytes
            return {
                for place in 0..<9 {
                    let start = place * channels * filters
                    Transposition.run(kernel + start, filters, exchanged + start, channels, channels, filters)
                }
                weights.transform(exchanged, result, turned: true, scratch)
            }
        }
        return Kernel(scratchBytes: room.bytes, preparation: preparation) { buffers in
            let (cotangent, weights, result) = (buffers.operands[0], buffers.operands[2], buffers.results[0])
            let scratch = buffers.scratch
            return { pass.run(cotangent, weights, result, bias: nil, rectifies: false, scratch) }
        }
    }

    /// The cotangent of the kernel: the image and the result's cotangent in.
    func kernelGradient() -> Kernel {
        let (tiles, group, channels, filters) = (tiles, group, channels, filters)
        let plane = Self.plane(channels * filters)
        let (pixelPlane, cotangentPlane) = (Self.plane(group * channels), Self.plane(group * filters))
        var room = ScratchLayout()
        let sums = room.take(36 * plane)
        let pixelPlanes = room.take(36 * pixelPlane)
        let cotangentPlanes = room.take(36 * cotangentPlane)
        let columns = room.take(36 * 16)
        let names = room.take(36, of: MemoryLayout<UnsafeRawPointer>.stride)
        let zeros = room.take(max(channels, filters))
        let isRounded = precision == .mixedBFloat16
        let (pixelWords, cotangentWords) = (
            room.take(isRounded ? (group + 1) / 2 * channels : 0, of: MemoryLayout<UInt32>.stride),
            room.take(isRounded ? (group + 1) / 2 * filters : 0, of: MemoryLayout<UInt32>.stride)
        )
        return Kernel(scratchBytes: room.bytes) { buffers in
            let (image, cotangent, result) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
            let scratch = buffers.scratch
            let sums = scratch.floats(at: sums)
            let (x, y) = (scratch.floats(at: pixelPlanes), scratch.floats(at: cotangentPlanes))
            let (columns, zeros) = (scratch.floats(at: columns), scratch.floats(at: zeros))
            let names = (scratch + names).assumingMemoryBound(to: UnsafePointer<Float>.self)
            let pixelWords = (scratch + pixelWords).assumingMemoryBound(to: UInt32.self)
            let cotangentWords = (scratch + cotangentWords).assumingMemoryBound(to: UInt32.self)
            return {
                zeros.update(repeating: 0, count: max(channels, filters))
                for start in stride(from: 0, to: tiles.count, by: group) {
                    let end = min(start + group, tiles.count)
                    for tile in start..<end {
                        let place = tile - start
                        tiles.namePixels(of: tile, image, zeros: zeros, names)
                        WinogradLoops.transformPixels(
                            names,
                            x + place * channels,
                            pixelPlane,
                            channels,
                            columns
                        )
                        names.withMemoryRebound(to: UnsafeMutablePointer<Float>.self, capacity: 16) {
                            tiles.nameResults(of: tile, cotangent, elsewhere: zeros, $0)
                        }
                        WinogradLoops.transformCotangents(
                            names,
                            y + place * filters,
                            cotangentPlane,
                            filters,
                            columns
                        )
                    }
                    let product = PanelProduct.Shape(
                        rows: channels,
                        columns: filters,
                        depth: end - start,
                        aRow: 1,
                        aDepth: channels,
                        cRow: filters
                    )
                    for number in 0..<36 where isRounded {
                        let depth = Int64(end - start)
                        bfloat16_pack_columns(x + number * pixelPlane, depth, Int64(channels), pixelWords)
                        bfloat16_pack_panels(y + number * cotangentPlane, depth, Int64(filters), cotangentWords)
                        bfloat16_multiply(
                            Int64(channels),
                            Int64(filters),
                            depth,
                            pixelWords,
                            1,
                            Int64(channels),
                            cotangentWords,
                            sums + number * plane,
                            start > 0,
                            nil,
                            false
                        )
                    }
                    for number in 0..<36 where !isRounded {
                        PanelProduct.run(
                            product,
                            x + number * pixelPlane,
                            rows: y + number * cotangentPlane,
                            sums + number * plane,
                            start > 0
                        )
                    }
                }
                WinogradLoops.gatherKernel(sums, plane, result, channels * filters)
            }
        }
    }

    /// The 36 planes of a transformed kernel, in panels for the products.
    private struct TransformedWeights: Sendable {
        let inputs: Int
        let outputs: Int
        let isRounded: Bool

        init(inputs: Int, outputs: Int, _ precision: ProductPrecision) {
            (self.inputs, self.outputs) = (inputs, outputs)
            isRounded = precision == .mixedBFloat16
        }

        /// The numbers, or words of two, from one plane to the next.
        var plane: Int { WinogradConvolution.plane(isRounded ? inputs * outputs / 2 : inputs * outputs) }

        /// What all planes take.
        var count: Int { 36 * plane }

        private var exactPlane: Int { WinogradConvolution.plane(inputs * outputs) }

        /// The bytes of scratch memory that transforming takes.
        var scratchBytes: Int { isRounded ? 36 * exactPlane * MemoryLayout<Float>.stride : 0 }

        /// Transforms a kernel `[3, 3, inputs, outputs]`.
        func transform(
            _ kernel: UnsafePointer<Float>,
            _ weights: UnsafeMutablePointer<Float>,
            turned: Bool,
            _ scratch: UnsafeMutableRawPointer
        ) {
            guard isRounded else {
                WinogradLoops.transformKernel(kernel, weights, plane, inputs, outputs, turned)
                return
            }
            let exact = scratch.floats(at: 0)
            let words = UnsafeMutableRawPointer(weights).assumingMemoryBound(to: UInt32.self)
            WinogradLoops.transformKernel(kernel, exact, exactPlane, inputs, outputs, turned)
            for number in 0..<36 {
                // Panels of the same width, whose rows lie above one another.
                for panel in stride(from: 0, to: outputs, by: PanelProduct.panelWidth) {
                    bfloat16_pack_columns(
                        exact + number * exactPlane + panel * inputs,
                        Int64(inputs),
                        Int64(min(outputs - panel, PanelProduct.panelWidth)),
                        words + number * plane + panel * inputs / 2
                    )
                }
            }
        }
    }

    /// From images to results, with transformed weights.
    private struct ImagePass: Sendable {
        private let tiles: WinogradTiles
        private let group: Int
        private let pixelPlane: Int
        private let resultPlane: Int
        private let weightPlane: Int
        private let isRounded: Bool
        private let words: Int
        private let pixelPlanes: Int
        private let resultPlanes: Int
        private let columns: Int
        private let names: Int
        private let zeros: Int
        private let elsewhere: Int

        init(_ tiles: WinogradTiles, group: Int, _ precision: ProductPrecision, _ room: inout ScratchLayout) {
            (self.tiles, self.group) = (tiles, group)
            pixelPlane = WinogradConvolution.plane(group * tiles.channels)
            resultPlane = WinogradConvolution.plane(group * tiles.resultChannels)
            weightPlane =
                TransformedWeights(inputs: tiles.channels, outputs: tiles.resultChannels, precision).plane
            isRounded = precision == .mixedBFloat16
            words = room.take(isRounded ? group * tiles.channels / 2 : 0, of: MemoryLayout<UInt32>.stride)
            pixelPlanes = room.take(36 * pixelPlane)
            resultPlanes = room.take(36 * resultPlane)
            columns = room.take(36 * 16)
            names = room.take(36, of: MemoryLayout<UnsafeRawPointer>.stride)
            zeros = room.take(tiles.channels)
            elsewhere = room.take(tiles.resultChannels)
        }

        func run(
            _ image: UnsafePointer<Float>,
            _ weights: UnsafePointer<Float>,
            _ result: UnsafeMutablePointer<Float>,
            bias: UnsafePointer<Float>?,
            rectifies: Bool,
            _ scratch: UnsafeMutableRawPointer
        ) {
            let (channels, filters) = (tiles.channels, tiles.resultChannels)
            let (x, y) = (scratch.floats(at: pixelPlanes), scratch.floats(at: resultPlanes))
            let columns = scratch.floats(at: columns)
            let (zeros, elsewhere) = (scratch.floats(at: zeros), scratch.floats(at: elsewhere))
            let pixels = (scratch + names).assumingMemoryBound(to: UnsafePointer<Float>.self)
            let results = (scratch + names).assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
            let words = (scratch + words).assumingMemoryBound(to: UInt32.self)
            let panels = UnsafeRawPointer(weights).assumingMemoryBound(to: UInt32.self)
            zeros.update(repeating: 0, count: channels)
            for start in stride(from: 0, to: tiles.count, by: group) {
                let end = min(start + group, tiles.count)
                for tile in start..<end {
                    tiles.namePixels(of: tile, image, zeros: zeros, pixels)
                    let place = x + (tile - start) * channels
                    WinogradLoops.transformPixels(pixels, place, pixelPlane, channels, columns)
                }
                // Rows beyond the last tile are multiplied along with whatever lies there, and not read.
                let product = PanelProduct.Shape(
                    rows: (end - start + 7) / 8 * 8,
                    columns: filters,
                    depth: channels,
                    aRow: channels,
                    aDepth: 1,
                    cRow: filters
                )
                for number in 0..<36 where isRounded {
                    bfloat16_pack_rows(x + number * pixelPlane, Int64(end - start), Int64(channels), words)
                    bfloat16_multiply(
                        Int64(end - start),
                        Int64(filters),
                        Int64(channels),
                        words,
                        Int64(channels / 2),
                        1,
                        panels + number * weightPlane,
                        y + number * resultPlane,
                        false,
                        nil,
                        false
                    )
                }
                for number in 0..<36 where !isRounded {
                    PanelProduct.run(
                        product,
                        x + number * pixelPlane,
                        panels: weights + number * weightPlane,
                        y + number * resultPlane,
                        false
                    )
                }
                for tile in start..<end {
                    tiles.nameResults(of: tile, result, elsewhere: elsewhere, results)
                    let place = y + (tile - start) * filters
                    WinogradLoops.transformResults(
                        place,
                        resultPlane,
                        results,
                        bias,
                        rectifies,
                        filters,
                        columns
                    )
                }
            }
        }
    }
}
