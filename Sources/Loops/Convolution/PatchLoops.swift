/// Convolutions of few channels, of images that were framed with their zeros.
///
/// Libraries lay out convolutions for whole registers of channels on both sides. Where there are fewer, as in the first
/// layers of most networks, it pays to put the few that one side has into one register of 8 or 16 numbers and to take
/// pixels eight at a time. In a channels-last image, the pixels under one row of a window are one run of numbers (a
/// segment); the sum over a window is the sum over its segments, without copying patches out of the image.
public enum PatchLoops {
    /// One image and the window over it.
    public struct Geometry: Sendable {
        /// The floats from one row of the framed image to the next.
        public let rowStep: Int
        /// The floats from one place of the window to the next, and from one row of places to the next.
        public let placeStep: Int, placeRowStep: Int
        /// The rows of places, and the places in each.
        public let placeRows: Int, placeColumns: Int
        /// The window's rows, and the numbers under each of them: its width times the image's channels.
        public let segments: Int, segmentLength: Int
        /// The filters.
        public let filters: Int

        /// The extents and steps of one image's convolution.
        public init(
            rowStep: Int,
            placeStep: Int,
            placeRowStep: Int,
            placeRows: Int,
            placeColumns: Int,
            segments: Int,
            segmentLength: Int,
            filters: Int
        ) {
            (self.rowStep, self.placeStep, self.placeRowStep) = (rowStep, placeStep, placeRowStep)
            (self.placeRows, self.placeColumns) = (placeRows, placeColumns)
            (self.segments, self.segmentLength, self.filters) = (segments, segmentLength, filters)
        }

        /// How many places there are.
        public var places: Int { placeRows * placeColumns }

        /// The offset of each place's first number, for `forward`, which would else divide for every place.
        public var offsets: [Int] {
            (0..<places).map { $0 / placeColumns * placeRowStep + $0 % placeColumns * placeStep }
        }
    }

    /// The most filters, or numbers of a segment's register, that one pass takes.
    public static let lanes = 16

    /// Results of one image, with a bias and perhaps a rectifier: `[places, filters]`.
    ///
    /// - Parameters:
    ///   - geometry: The shapes; at most 16 filters.
    ///   - offsets: Those of the geometry's places.
    ///   - image: The framed image.
    ///   - weights: `[window, filters]`, each row filled up to 8 numbers where there are at most 8 filters, else to 16.
    ///   - bias: As many numbers as a row of weights.
    ///   - rectifies: Whether negative results become zero.
    ///   - result: Where the results go.
    ///   - room: How many floats may be written from there on, at least as many as there are results.
    ///   - spare: Scratch memory for 8·16 floats.
    public static func forward(
        _ geometry: Geometry,
        _ offsets: UnsafePointer<Int>,
        _ image: UnsafePointer<Float>,
        _ weights: UnsafePointer<Float>,
        _ bias: UnsafePointer<Float>,
        _ rectifies: Bool,
        _ result: UnsafeMutablePointer<Float>,
        _ room: Int,
        _ spare: UnsafeMutablePointer<Float>
    ) {
        if geometry.filters <= 8 {
            let bias = load(bias, as: SIMD8<Float>.self)
            forward(geometry, offsets, image, weights, bias, rectifies, result, room, spare)
        } else {
            let bias = load(bias, as: SIMD16<Float>.self)
            forward(geometry, offsets, image, weights, bias, rectifies, result, room, spare)
        }
    }

    @inline(__always)
    private static func forward<V: SIMD & BitwiseCopyable>(
        _ geometry: Geometry,
        _ offsets: UnsafePointer<Int>,
        _ image: UnsafePointer<Float>,
        _ weights: UnsafePointer<Float>,
        _ bias: V,
        _ rectifies: Bool,
        _ result: UnsafeMutablePointer<Float>,
        _ room: Int,
        _ spare: UnsafeMutablePointer<Float>
    ) where V.Scalar == Float {
        let (places, filters) = (geometry.places, geometry.filters)
        for first in stride(from: 0, to: places, by: 8) {
            // Beyond the last place it is computed again, and not stored.
            let last = places - 1
            let x0 = image + offsets[first]
            let x1 = image + offsets[min(first + 1, last)]
            let x2 = image + offsets[min(first + 2, last)]
            let x3 = image + offsets[min(first + 3, last)]
            let x4 = image + offsets[min(first + 4, last)]
            let x5 = image + offsets[min(first + 5, last)]
            let x6 = image + offsets[min(first + 6, last)]
            let x7 = image + offsets[min(first + 7, last)]
            var (y0, y1, y2, y3, y4, y5, y6, y7) = (bias, bias, bias, bias, bias, bias, bias, bias)
            var weight = weights
            for segment in 0..<geometry.segments {
                let start = segment * geometry.rowStep
                for k in start..<start + geometry.segmentLength {
                    let w = load(weight, as: V.self)
                    y0 = y0.addingProduct(V(repeating: x0[k]), w)
                    y1 = y1.addingProduct(V(repeating: x1[k]), w)
                    y2 = y2.addingProduct(V(repeating: x2[k]), w)
                    y3 = y3.addingProduct(V(repeating: x3[k]), w)
                    y4 = y4.addingProduct(V(repeating: x4[k]), w)
                    y5 = y5.addingProduct(V(repeating: x5[k]), w)
                    y6 = y6.addingProduct(V(repeating: x6[k]), w)
                    y7 = y7.addingProduct(V(repeating: x7[k]), w)
                    weight += V.scalarCount
                }
            }
            if rectifies {
                y0.replace(with: 0, where: y0 .< 0)
                y1.replace(with: 0, where: y1 .< 0)
                y2.replace(with: 0, where: y2 .< 0)
                y3.replace(with: 0, where: y3 .< 0)
                y4.replace(with: 0, where: y4 .< 0)
                y5.replace(with: 0, where: y5 .< 0)
                y6.replace(with: 0, where: y6 .< 0)
                y7.replace(with: 0, where: y7 .< 0)
            }
            // A register's unused lanes fall on the next place's results, which are written after.
            let target = result + first * filters
            let isWhole = first + 8 <= places && (first + 7) * filters + V.scalarCount <= room
            let (start, step) = isWhole ? (target, filters) : (spare, V.scalarCount)
            store(y0, start)
            store(y1, start + step)
            store(y2, start + 2 * step)
            store(y3, start + 3 * step)
            store(y4, start + 4 * step)
            store(y5, start + 5 * step)
            store(y6, start + 6 * step)
            store(y7, start + 7 * step)
            if isWhole { continue }
            for place in 0..<min(8, places - first) {
                (target + place * filters).update(from: spare + place * step, count: filters)
            }
        }
    }

    /// Adds one image's share to the gradient of the weights: `[window, filters]` in rows filled up as in `forward`.
    ///
    /// - Parameters:
    ///   - geometry: The shapes; at most 16 filters.
    ///   - image: The framed image.
    ///   - cotangents: Those of the results, `[places, filters]`, and numbers to fill a register behind the last place.
    ///   - weights: The gradient so far; unused lanes hold numbers that nobody reads.
    public static func addKernelGradient(
        _ geometry: Geometry,
        _ image: UnsafePointer<Float>,
        _ cotangents: UnsafePointer<Float>,
        _ weights: UnsafeMutablePointer<Float>
    ) {
        if geometry.filters <= 8 {
            addKernelGradient(geometry, image, cotangents, weights, SIMD8<Float>.zero)
        } else {
            addKernelGradient(geometry, image, cotangents, weights, SIMD16<Float>.zero)
        }
    }

    @inline(__always)
    private static func addKernelGradient<V: SIMD & BitwiseCopyable>(
        _ geometry: Geometry,
        _ image: UnsafePointer<Float>,
        _ cotangents: UnsafePointer<Float>,
        _ weights: UnsafeMutablePointer<Float>,
        _ zero: V
    ) where V.Scalar == Float {
        let count = geometry.segments * geometry.segmentLength
        func offset(_ weight: Int) -> Int {
            let place = min(weight, count - 1)
            let (segment, k) = place.quotientAndRemainder(dividingBy: geometry.segmentLength)
            return segment * geometry.rowStep + k
        }
        // Eight weights stay in registers while all places go by.
        for first in stride(from: 0, to: count, by: 8) {
            let (x0, x1, x2, x3) = (
                image + offset(first), image + offset(first + 1), image + offset(first + 2), image + offset(first + 3)
            )
            let (x4, x5, x6, x7) = (
                image + offset(first + 4), image + offset(first + 5), image + offset(first + 6),
                image + offset(first + 7)
            )
            var (w0, w1, w2, w3, w4, w5, w6, w7) = (zero, zero, zero, zero, zero, zero, zero, zero)
            var cotangent = cotangents
            for row in 0..<geometry.placeRows {
                var k = row * geometry.placeRowStep
                for _ in 0..<geometry.placeColumns {
                    let y = load(cotangent, as: V.self)
                    w0 = w0.addingProduct(V(repeating: x0[k]), y)
                    w1 = w1.addingProduct(V(repeating: x1[k]), y)
                    w2 = w2.addingProduct(V(repeating: x2[k]), y)
                    w3 = w3.addingProduct(V(repeating: x3[k]), y)
                    w4 = w4.addingProduct(V(repeating: x4[k]), y)
                    w5 = w5.addingProduct(V(repeating: x5[k]), y)
                    w6 = w6.addingProduct(V(repeating: x6[k]), y)
                    w7 = w7.addingProduct(V(repeating: x7[k]), y)
                    k += geometry.placeStep
                    cotangent += geometry.filters
                }
            }
            let target = weights + first * V.scalarCount
            func add(_ sum: V, _ place: Int) {
                guard first + place < count else { return }
                let w = target + place * V.scalarCount
                store(load(w, as: V.self) + sum, w)
            }
            add(w0, 0)
            add(w1, 1)
            add(w2, 2)
            add(w3, 3)
            add(w4, 4)
            add(w5, 5)
            add(w6, 6)
            add(w7, 7)
        }
    }

    /// Adds the gradient of one framed image, segment by segment.
    ///
    /// - Parameters:
    ///   - geometry: The shapes; segments of at most 32 numbers.
    ///   - cotangents: Those of the results, `[places, filters]`.
    ///   - weights: `[segments, filters, segment]`, each segment filled up with zeros to 16 numbers, or to 32.
    ///   - image: The gradient so far, with 32 numbers to spare behind it.
    public static func addImageGradient(
        _ geometry: Geometry,
        _ cotangents: UnsafePointer<Float>,
        _ weights: UnsafePointer<Float>,
        _ image: UnsafeMutablePointer<Float>
    ) {
        let isLong = geometry.segmentLength > 16
        let width = isLong ? 32 : 16
        let filters = geometry.filters
        for row in 0..<geometry.placeRows {
            for segment in 0..<geometry.segments {
                let w = weights + segment * filters * width
                var x = image + row * geometry.placeRowStep + segment * geometry.rowStep
                var y = cotangents + row * geometry.placeColumns * filters
                var left = geometry.placeColumns
                while left >= 4 {
                    if isLong {
                        addFour(y, filters, w, x, geometry.placeStep)
                    } else {
                        addFourShort(y, filters, w, x, geometry.placeStep)
                    }
                    x += 4 * geometry.placeStep
                    y += 4 * filters
                    left -= 4
                }
                if left >= 2, isLong {
                    addTwo(y, filters, w, x, geometry.placeStep)
                    x += 2 * geometry.placeStep
                    y += 2 * filters
                    left -= 2
                }
                while left > 0 {
                    addOne(y, filters, w, x, width)
                    x += geometry.placeStep
                    y += filters
                    left -= 1
                }
            }
        }
    }

    @inline(__always)
    private static func addFour(
        _ y: UnsafePointer<Float>,
        _ filters: Int,
        _ w: UnsafePointer<Float>,
        _ x: UnsafeMutablePointer<Float>,
        _ step: Int
    ) {
        var (a0, a1, a2, a3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        var (b0, b1, b2, b3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        for f in 0..<filters {
            let (a, b) = (Lanes(at: w + f * 32), Lanes(at: w + f * 32 + 16))
            let y0 = Lanes(repeating: y[f])
            a0 = a0.addingProduct(y0, a)
            b0 = b0.addingProduct(y0, b)
            let y1 = Lanes(repeating: y[filters + f])
            a1 = a1.addingProduct(y1, a)
            b1 = b1.addingProduct(y1, b)
            let y2 = Lanes(repeating: y[2 * filters + f])
            a2 = a2.addingProduct(y2, a)
            b2 = b2.addingProduct(y2, b)
            let y3 = Lanes(repeating: y[3 * filters + f])
            a3 = a3.addingProduct(y3, a)
            b3 = b3.addingProduct(y3, b)
        }
        // One after the other: neighbouring segments overlap.
        add(a0, b0, x)
        add(a1, b1, x + step)
        add(a2, b2, x + 2 * step)
        add(a3, b3, x + 3 * step)
    }

    @inline(__always)
    private static func addTwo(
        _ y: UnsafePointer<Float>,
        _ filters: Int,
        _ w: UnsafePointer<Float>,
        _ x: UnsafeMutablePointer<Float>,
        _ step: Int
    ) {
        var (a0, a1, b0, b1) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        for f in 0..<filters {
            let (a, b) = (Lanes(at: w + f * 32), Lanes(at: w + f * 32 + 16))
            let y0 = Lanes(repeating: y[f])
            a0 = a0.addingProduct(y0, a)
            b0 = b0.addingProduct(y0, b)
            let y1 = Lanes(repeating: y[filters + f])
            a1 = a1.addingProduct(y1, a)
            b1 = b1.addingProduct(y1, b)
        }
        add(a0, b0, x)
        add(a1, b1, x + step)
    }

    @inline(__always)
    private static func addFourShort(
        _ y: UnsafePointer<Float>,
        _ filters: Int,
        _ w: UnsafePointer<Float>,
        _ x: UnsafeMutablePointer<Float>,
        _ step: Int
    ) {
        var (a0, a1, a2, a3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        for f in 0..<filters {
            let a = Lanes(at: w + f * 16)
            a0 = a0.addingProduct(Lanes(repeating: y[f]), a)
            a1 = a1.addingProduct(Lanes(repeating: y[filters + f]), a)
            a2 = a2.addingProduct(Lanes(repeating: y[2 * filters + f]), a)
            a3 = a3.addingProduct(Lanes(repeating: y[3 * filters + f]), a)
        }
        (Lanes(at: x) + a0).store(at: x)
        (Lanes(at: x + step) + a1).store(at: x + step)
        (Lanes(at: x + 2 * step) + a2).store(at: x + 2 * step)
        (Lanes(at: x + 3 * step) + a3).store(at: x + 3 * step)
    }

    @inline(__always)
    private static func addOne(
        _ y: UnsafePointer<Float>,
        _ filters: Int,
        _ w: UnsafePointer<Float>,
        _ x: UnsafeMutablePointer<Float>,
        _ width: Int
    ) {
        for start in stride(from: 0, to: width, by: 16) {
            var a = Lanes.zero
            for f in 0..<filters { a = a.addingProduct(Lanes(repeating: y[f]), Lanes(at: w + f * width + start)) }
            (Lanes(at: x + start) + a).store(at: x + start)
        }
    }

    @inline(__always)
    private static func add(_ a: Lanes, _ b: Lanes, _ x: UnsafeMutablePointer<Float>) {
        let (left, right) = (Lanes(at: x) + a, Lanes(at: x + 16) + b)
        left.store(at: x)
        right.store(at: x + 16)
    }

    @inline(__always)
    private static func load<V: SIMD & BitwiseCopyable>(_ place: UnsafePointer<Float>, as type: V.Type) -> V {
        UnsafeRawPointer(place).loadUnaligned(as: V.self)
    }

    @inline(__always)
    private static func store<V: SIMD & BitwiseCopyable>(_ value: V, _ place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: value, as: V.self)
    }
}
