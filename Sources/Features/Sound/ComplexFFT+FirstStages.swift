/// The stages of 1, 2 and 4 neighbours: eight blocks are done at a time, a lane each, and what comes out of them is turned
/// round when it is written. Each number goes through the steps that it would go through stage by stage.
extension ComplexFFT {
    /// The least count that has eight blocks.
    static var leastForLanes: Int { 64 }

    /// Numbers of eight blocks.
    private struct Lanes {
        var real: SIMD8<Scalar>
        var imaginary: SIMD8<Scalar>

        /// The numbers from a place on.
        @inline(__always)
        init(_ real: UnsafeBufferPointer<Scalar>, _ imaginary: UnsafeBufferPointer<Scalar>, _ place: Int) {
            let offset = place * MemoryLayout<Scalar>.stride
            self.real = UnsafeRawBufferPointer(real).loadUnaligned(fromByteOffset: offset, as: SIMD8<Scalar>.self)
            self.imaginary = UnsafeRawBufferPointer(imaginary)
                .loadUnaligned(fromByteOffset: offset, as: SIMD8<Scalar>.self)
        }

        /// Every `step`th turn from a place on.
        @inline(__always)
        init(_ fft: ComplexFFT, _ place: Int, step: Int) {
            (real, imaginary) = (.zero, .zero)
            for lane in 0..<8 {
                real[lane] = fft.cosines[(place + lane) * step]
                imaginary[lane] = fft.sines[(place + lane) * step]
            }
        }

        /// Puts the sum in place of the first and the turned difference in place of the second.
        @inline(__always)
        static func cross(_ first: inout Lanes, _ second: inout Lanes, _ turn: Lanes) {
            let (real, imaginary) = (first.real - second.real, first.imaginary - second.imaginary)
            (first.real, first.imaginary) = (first.real + second.real, first.imaginary + second.imaginary)
            second.real = real * turn.real - imaginary * turn.imaginary
            second.imaginary = real * turn.imaginary + imaginary * turn.real
        }
    }

    /// Does the three stages.
    func firstStages(
        _ real: UnsafeBufferPointer<Scalar>,
        _ imaginary: UnsafeBufferPointer<Scalar>,
        _ otherReal: UnsafeMutableBufferPointer<Scalar>,
        _ otherImaginary: UnsafeMutableBufferPointer<Scalar>
    ) {
        let eighth = count / 8
        for block in stride(from: 0, to: eighth, by: 8) {
            func part(_ number: Int) -> Lanes { Lanes(real, imaginary, block + number * eighth) }
            func turn(_ number: Int, _ step: Int) -> Lanes { Lanes(self, block + number * eighth, step: step) }
            var (a, b, c, d) = (part(0), part(1), part(2), part(3))
            var (e, f, g, h) = (part(4), part(5), part(6), part(7))
            Lanes.cross(&a, &e, turn(0, 1))
            Lanes.cross(&b, &f, turn(1, 1))
            Lanes.cross(&c, &g, turn(2, 1))
            Lanes.cross(&d, &h, turn(3, 1))
            let (near, far) = (turn(0, 2), turn(1, 2))
            Lanes.cross(&a, &c, near)
            Lanes.cross(&b, &d, far)
            Lanes.cross(&e, &g, near)
            Lanes.cross(&f, &h, far)
            let last = turn(0, 4)
            Lanes.cross(&a, &b, last)
            Lanes.cross(&c, &d, last)
            Lanes.cross(&e, &f, last)
            Lanes.cross(&g, &h, last)
            // Eight numbers of one block lie behind one another.
            Self.turnRound(a.real, e.real, c.real, g.real, b.real, f.real, d.real, h.real, otherReal, 8 * block)
            Self.turnRound(
                a.imaginary,
                e.imaginary,
                c.imaginary,
                g.imaginary,
                b.imaginary,
                f.imaginary,
                d.imaginary,
                h.imaginary,
                otherImaginary,
                8 * block
            )
        }
    }

    /// Writes the first lanes of eight vectors, then the second ones, and so on.
    @inline(__always)
    private static func turnRound(
        _ a: SIMD8<Scalar>,
        _ b: SIMD8<Scalar>,
        _ c: SIMD8<Scalar>,
        _ d: SIMD8<Scalar>,
        _ e: SIMD8<Scalar>,
        _ f: SIMD8<Scalar>,
        _ g: SIMD8<Scalar>,
        _ h: SIMD8<Scalar>,
        _ to: UnsafeMutableBufferPointer<Scalar>,
        _ place: Int
    ) {
        let bytes = UnsafeMutableRawBufferPointer(to)
        for lane in 0..<8 {
            let block = SIMD8(a[lane], b[lane], c[lane], d[lane], e[lane], f[lane], g[lane], h[lane])
            let offset = (place + 8 * lane) * MemoryLayout<Scalar>.stride
            bytes.storeBytes(of: block, toByteOffset: offset, as: SIMD8<Scalar>.self)
        }
    }
}
