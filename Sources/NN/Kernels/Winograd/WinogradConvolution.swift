import LoopsAVX512

/// A 3×3 convolution by Winograd's method, in its three directions; `Loops.WinogradLoops` has the formulas.
///
/// Images stay in plain channels-last layout, in which sixteen channels of a pixel are one vector register. Tiles go
/// through in groups whose transforms fit in a core's second-level cache: pixels of the group are transformed, the 36
/// planes multiplied, the results transformed back. Measured on 16 images against oneDNN's direct convolution, which
/// runs at the processor's peak, it takes 35 to 45 % of the time.
struct WinogradConvolution: ConvolutionAlgorithm, Sendable {
    private let tiles: WinogradTiles
    private let group: Int

    /// The bytes that the transforms of one group of tiles may take: half of a core's second-level cache.
    private static let groupBytes = 512 << 10

    /// The method for one set of shapes, nil where it isn't made for them or a direct convolution is faster.
    ///
    /// It needs a window of 3×3 with steps of 1, no groups, whole vectors of 16 channels on both sides, and AVX-512; and
    /// results that fill at least half of their tiles.
    init?(image: Shape, kernel: Shape, result: Shape, window: Window2D) {
        let needed = Window2D((3, 3), strides: (1, 1), padding: window.padding)
        guard OneDNN.hasAVX512, window == needed, kernel[2] == image[3], image[3] % 16 == 0, kernel[3] % 16 == 0,
            image[3] > 0, kernel[3] > 0, image[0] > 0, max(window.padding.top, window.padding.left) <= 2,
            max(window.padding.bottom, window.padding.right) <= 2
        else { return nil }
        tiles = WinogradTiles(image: image, result: result, top: window.padding.top, left: window.padding.left)
        guard tiles.down * tiles.across * 16 <= 2 * result[1] * result[2] else { return nil }
        let tileBytes = 36 * (image[3] + kernel[3]) * MemoryLayout<Float>.stride
        let most = (tiles.count + 7) / 8 * 8
        group = min(most, max(16, Self.groupBytes / tileBytes / 8 * 8))
    }

    private var channels: Int { tiles.channels }
    private var filters: Int { tiles.resultChannels }

    /// Scratch memory, part by part.
    private struct Room {
        private(set) var bytes = 0

        mutating func take(_ count: Int, of stride: Int = MemoryLayout<Float>.stride) -> Int {
            defer { bytes += (count * stride + 63) / 64 * 64 }
            return bytes
        }
    }

    /// The convolution: image and kernel in, and the bias where the epilogue adds one; result out.
    func forward(_ epilogue: Epilogue) -> Kernel {
        var room = Room()
        let pass = ImagePass(tiles, group: group, &room)
        let (channels, filters) = (channels, filters)
        let bytes = 36 * channels * filters * MemoryLayout<Float>.stride
        let preparation = Preparation(operand: 1, bytes: bytes) { kernel, place, _ in
            let planes = place.assumingMemoryBound(to: Float.self)
            return { WinogradLoops.transformKernel(kernel, planes, channels, filters, false) }
        }
        return Kernel(preparation, scratchBytes: room.bytes) { buffers, place in
            let (image, result, scratch) = (buffers.operands[0], buffers.results[0], buffers.scratch)
            let bias = epilogue.addsBias ? UnsafePointer(buffers.operands[2]) : nil
            let planes = place.assumingMemoryBound(to: Float.self)
            return { pass.run(image, planes, result, bias: bias, rectifies: epilogue.rectifies, scratch) }
        }
    }

    /// The cotangent of the image: the result's cotangent and the kernel in.
    ///
    /// It is the convolution of the cotangents with the kernel turned by 180° and its channels exchanged.
    func imageGradient() -> Kernel {
        let (channels, filters) = (channels, filters)
        var room = Room()
        let planes = room.take(36 * channels * filters)
        let turned = room.take(9 * channels * filters)
        let backward = WinogradTiles(
            image: [tiles.batch, tiles.resultRows, tiles.resultColumns, filters],
            result: [tiles.batch, tiles.rows, tiles.columns, channels],
            top: 2 - tiles.top,
            left: 2 - tiles.left
        )
        let pass = ImagePass(backward, group: min(group, (backward.count + 7) / 8 * 8), &room)
        let exchange = StridedCopy(
            extents: [9, filters, channels],
            source: [channels * filters, 1, filters],
            target: [channels * filters, channels, 1]
        )
        return Kernel(scratchBytes: room.bytes) { buffers in
            let (cotangent, kernel, result) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
            let weights = (buffers.scratch + planes).assumingMemoryBound(to: Float.self)
            let exchanged = (buffers.scratch + turned).assumingMemoryBound(to: Float.self)
            let scratch = buffers.scratch
            return {
                exchange.run(from: kernel, to: exchanged)
                WinogradLoops.transformKernel(exchanged, weights, filters, channels, true)
                pass.run(cotangent, weights, result, bias: nil, rectifies: false, scratch)
            }
        }
    }

    /// The cotangent of the kernel: the image and the result's cotangent in.
    func kernelGradient() -> Kernel {
        let (tiles, group, channels, filters) = (tiles, group, channels, filters)
        var room = Room()
        let sums = room.take(36 * channels * filters)
        let pixelPlanes = room.take(36 * group * channels)
        let cotangentPlanes = room.take(36 * group * filters)
        let columns = room.take(36 * 16)
        let names = room.take(36, of: MemoryLayout<UnsafeRawPointer>.stride)
        let zeros = room.take(max(channels, filters))
        return Kernel(scratchBytes: room.bytes) { buffers in
            let (image, cotangent, result) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
            func floats(_ offset: Int) -> UnsafeMutablePointer<Float> {
                (buffers.scratch + offset).assumingMemoryBound(to: Float.self)
            }
            let (sums, x, y) = (floats(sums), floats(pixelPlanes), floats(cotangentPlanes))
            let (columns, zeros) = (floats(columns), floats(zeros))
            let names = (buffers.scratch + names).assumingMemoryBound(to: UnsafePointer<Float>.self)
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
                            group * channels,
                            channels,
                            columns
                        )
                        names.withMemoryRebound(to: UnsafeMutablePointer<Float>.self, capacity: 16) {
                            tiles.nameResults(of: tile, cotangent, elsewhere: zeros, $0)
                        }
                        WinogradLoops.transformCotangents(
                            names,
                            y + place * filters,
                            group * filters,
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
                    for plane in 0..<36 {
                        PanelProduct.run(
                            product,
                            x + plane * group * channels,
                            rows: y + plane * group * filters,
                            sums + plane * channels * filters,
                            start > 0
                        )
                    }
                }
                WinogradLoops.gatherKernel(sums, result, channels * filters)
            }
        }
    }

    /// From images to results, with transformed weights.
    private struct ImagePass: Sendable {
        private let tiles: WinogradTiles
        private let group: Int
        private let pixelPlanes: Int
        private let resultPlanes: Int
        private let columns: Int
        private let names: Int
        private let zeros: Int
        private let elsewhere: Int

        init(_ tiles: WinogradTiles, group: Int, _ room: inout Room) {
            (self.tiles, self.group) = (tiles, group)
            pixelPlanes = room.take(36 * group * tiles.channels)
            resultPlanes = room.take(36 * group * tiles.resultChannels)
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
            func floats(_ offset: Int) -> UnsafeMutablePointer<Float> {
                (scratch + offset).assumingMemoryBound(to: Float.self)
            }
            let (channels, filters) = (tiles.channels, tiles.resultChannels)
            let (x, y, columns) = (floats(pixelPlanes), floats(resultPlanes), floats(columns))
            let (zeros, elsewhere) = (floats(zeros), floats(elsewhere))
            let pixels = (scratch + names).assumingMemoryBound(to: UnsafePointer<Float>.self)
            let results = (scratch + names).assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
            zeros.update(repeating: 0, count: channels)
            for start in stride(from: 0, to: tiles.count, by: group) {
                let end = min(start + group, tiles.count)
                for tile in start..<end {
                    tiles.namePixels(of: tile, image, zeros: zeros, pixels)
                    let place = x + (tile - start) * channels
                    WinogradLoops.transformPixels(pixels, place, group * channels, channels, columns)
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
                for plane in 0..<36 {
                    PanelProduct.run(
                        product,
                        x + plane * group * channels,
                        panels: weights + plane * channels * filters,
                        y + plane * group * filters,
                        false
                    )
                }
                for tile in start..<end {
                    tiles.nameResults(of: tile, result, elsewhere: elsewhere, results)
                    let place = y + (tile - start) * filters
                    WinogradLoops.transformResults(
                        place,
                        group * filters,
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
