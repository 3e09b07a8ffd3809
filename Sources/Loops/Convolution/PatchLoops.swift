public import LoopShapes

/// Convolutions of few channels, of images that were framed with their zeros.
///
/// Libraries lay out convolutions for whole registers of channels on both sides. Where there are fewer, as in the first
/// layers of most networks, it pays to put the few that one side has into one register of 8 or 16 numbers and to take
/// pixels eight at a time. In a channels-last image, the pixels under one row of a window are one run of numbers (a
/// segment); the sum over a window is the sum over its segments, without copying patches out of the image.
public enum PatchLoops {
    /// One image and the window over it.
    public typealias Geometry = PatchGeometry

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
        // Eight weights stay in registers while all places go by; one to three that are left over go one by one.
        let whole = count % 8 < 4 ? count / 8 * 8 : count
        for weight in whole..<count {
            let sum = total(geometry, image + offset(weight), cotangents, zero)
            let w = weights + weight * V.scalarCount
            store(load(w, as: V.self) + sum, w)
        }
        for first in stride(from: 0, to: whole, by: 8) {
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

    /// One weight's gradient: the cotangents of all places times the numbers under them, in four chains of sums, so that
    /// none waits for the one before.
    @inline(__always)
    private static func total<V: SIMD & BitwiseCopyable>(
        _ geometry: Geometry,
        _ image: UnsafePointer<Float>,
        _ cotangents: UnsafePointer<Float>,
        _ zero: V
    ) -> V where V.Scalar == Float {
        let (step, filters) = (geometry.placeStep, geometry.filters)
        var (a, b, c, d) = (zero, zero, zero, zero)
        var y = cotangents
        for row in 0..<geometry.placeRows {
            var x = image + row * geometry.placeRowStep
            var left = geometry.placeColumns
            while left >= 4 {
                a = a.addingProduct(V(repeating: x[0]), load(y, as: V.self))
                b = b.addingProduct(V(repeating: x[step]), load(y + filters, as: V.self))
                c = c.addingProduct(V(repeating: x[2 * step]), load(y + 2 * filters, as: V.self))
                d = d.addingProduct(V(repeating: x[3 * step]), load(y + 3 * filters, as: V.self))
                x += 4 * step
                y += 4 * filters
                left -= 4
            }
            while left > 0 {
                a = a.addingProduct(V(repeating: x[0]), load(y, as: V.self))
                x += step
                y += filters
                left -= 1
            }
        }
        return (a + b) + (c + d)
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
        let width = geometry.segmentLength > 16 ? 32 : 16
        let (filters, step) = (geometry.filters, geometry.placeStep)
        // Neighbouring segments overlap in memory, and what was just written can't be read at once in other pieces. So
        // two places go together whose segments don't meet, and the next two come when these have long been written.
        let distance = (width + step - 1) / step
        for row in 0..<geometry.placeRows {
            for segment in 0..<geometry.segments {
                let w = weights + segment * filters * width
                let x = image + row * geometry.placeRowStep + segment * geometry.rowStep
                let y = cotangents + row * geometry.placeColumns * filters
                for start in stride(from: 0, to: geometry.placeColumns, by: 2 * distance) {
                    for place in start..<min(start + distance, geometry.placeColumns) {
                        let other = place + distance
                        let (one, target) = (y + place * filters, x + place * step)
                        switch (width == 32, other < geometry.placeColumns) {
                        case (true, true): addTwo(one, y + other * filters, filters, w, target, x + other * step)
                        case (true, false): addOne(one, filters, w, target)
                        case (false, true): addTwoShort(one, y + other * filters, filters, w, target, x + other * step)
                        case (false, false): addOneShort(one, filters, w, target)
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func addTwo(
        _ y0: UnsafePointer<Float>,
        _ y1: UnsafePointer<Float>,
        _ filters: Int,
        _ w: UnsafePointer<Float>,
        _ x0: UnsafeMutablePointer<Float>,
        _ x1: UnsafeMutablePointer<Float>
    ) {
        var (a0, a1, b0, b1) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        for f in 0..<filters {
            let (a, b) = (Lanes(at: w + f * 32), Lanes(at: w + f * 32 + 16))
            let (left, right) = (Lanes(repeating: y0[f]), Lanes(repeating: y1[f]))
            a0 = a0.addingProduct(left, a)
            b0 = b0.addingProduct(left, b)
            a1 = a1.addingProduct(right, a)
            b1 = b1.addingProduct(right, b)
        }
        (Lanes(at: x0) + a0).store(at: x0)
        (Lanes(at: x0 + 16) + b0).store(at: x0 + 16)
        (Lanes(at: x1) + a1).store(at: x1)
        (Lanes(at: x1 + 16) + b1).store(at: x1 + 16)
    }

    @inline(__always)
    private static func addOne(
        _ y: UnsafePointer<Float>,
        _ filters: Int,
        _ w: UnsafePointer<Float>,
        _ x: UnsafeMutablePointer<Float>
    ) {
        var (a, b) = (Lanes.zero, Lanes.zero)
        for f in 0..<filters {
            a = a.addingProduct(Lanes(repeating: y[f]), Lanes(at: w + f * 32))
            b = b.addingProduct(Lanes(repeating: y[f]), Lanes(at: w + f * 32 + 16))
        }
        (Lanes(at: x) + a).store(at: x)
        (Lanes(at: x + 16) + b).store(at: x + 16)
    }

    @inline(__always)
    private static func addTwoShort(
        _ y0: UnsafePointer<Float>,
        _ y1: UnsafePointer<Float>,
        _ filters: Int,
        _ w: UnsafePointer<Float>,
        _ x0: UnsafeMutablePointer<Float>,
        _ x1: UnsafeMutablePointer<Float>
    ) {
        var (a, b) = (Lanes.zero, Lanes.zero)
        for f in 0..<filters {
            let row = Lanes(at: w + f * 16)
            a = a.addingProduct(Lanes(repeating: y0[f]), row)
            b = b.addingProduct(Lanes(repeating: y1[f]), row)
        }
        (Lanes(at: x0) + a).store(at: x0)
        (Lanes(at: x1) + b).store(at: x1)
    }

    @inline(__always)
    private static func addOneShort(
        _ y: UnsafePointer<Float>,
        _ filters: Int,
        _ w: UnsafePointer<Float>,
        _ x: UnsafeMutablePointer<Float>
    ) {
        var a = Lanes.zero
        for f in 0..<filters { a = a.addingProduct(Lanes(repeating: y[f]), Lanes(at: w + f * 16)) }
        (Lanes(at: x) + a).store(at: x)
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
