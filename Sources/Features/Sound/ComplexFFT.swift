import Glibc

/// The discrete Fourier transform of a power of two of complex numbers, real and imaginary parts apart.
///
/// Stockham's form of radix 2: each stage reads one buffer and writes the other in order, so that nothing is reversed at
/// the end and the inner loops run over neighbours. The first three stages, whose neighbours are fewer than a vector has
/// lanes, are done together.
struct ComplexFFT<Scalar: BinaryFloatingPoint & SIMDScalar>: Sendable where Scalar: Sendable {
    /// How many numbers go in and come out.
    let count: Int
    /// e^(-2πi·k / count) for k below half the count.
    let cosines: [Scalar]
    let sines: [Scalar]

    /// The parts of numbers, and as much room again to work in.
    struct Buffer {
        var real: [Scalar]
        var imaginary: [Scalar]
        fileprivate var otherReal: [Scalar]
        fileprivate var otherImaginary: [Scalar]

        init(count: Int) {
            real = [Scalar](repeating: 0, count: count)
            imaginary = real
            otherReal = real
            otherImaginary = real
        }

        /// Gives the parts of the numbers to a body.
        @inline(__always)
        mutating func withParts(
            _ body: (UnsafeMutableBufferPointer<Scalar>, UnsafeMutableBufferPointer<Scalar>) -> Void
        ) {
            real.withUnsafeMutableBufferPointer { real in
                imaginary.withUnsafeMutableBufferPointer { imaginary in body(real, imaginary) }
            }
        }
    }

    /// Makes the tables for `count` numbers, a power of two.
    init(count: Int) {
        precondition(count > 0 && count & (count - 1) == 0, "\(count) is no power of two")
        self.count = count
        let angles = (0..<count / 2).map { -2 * Double.pi * Double($0) / Double(count) }
        cosines = angles.map { Scalar(cos($0)) }
        sines = angles.map { Scalar(sin($0)) }
    }

    /// Transforms what is in the buffer.
    func transform(_ buffer: inout Buffer) {
        var width = 1
        var blocks = count / 2
        if count >= Self.leastForLanes {
            pass(&buffer) { firstStages($0, $1, $2, $3) }
            (width, blocks) = (8, count / 16)
        }
        while blocks > 0 {
            pass(&buffer) { stage($0, $1, $2, $3, width, blocks) }
            width *= 2
            blocks /= 2
        }
    }

    /// Has one buffer read and the other written, and changes their places.
    @inline(__always)
    private func pass(
        _ buffer: inout Buffer,
        _ body: (
            UnsafeBufferPointer<Scalar>, UnsafeBufferPointer<Scalar>, UnsafeMutableBufferPointer<Scalar>,
            UnsafeMutableBufferPointer<Scalar>
        ) -> Void
    ) {
        buffer.real.withUnsafeBufferPointer { real in
            buffer.imaginary.withUnsafeBufferPointer { imaginary in
                buffer.otherReal.withUnsafeMutableBufferPointer { otherReal in
                    buffer.otherImaginary.withUnsafeMutableBufferPointer { otherImaginary in
                        body(real, imaginary, otherReal, otherImaginary)
                    }
                }
            }
        }
        swap(&buffer.real, &buffer.otherReal)
        swap(&buffer.imaginary, &buffer.otherImaginary)
    }

    /// One stage: `blocks` times `width` butterflies, of numbers half the count apart, into neighbouring blocks.
    @inline(__always)
    private func stage(
        _ real: UnsafeBufferPointer<Scalar>,
        _ imaginary: UnsafeBufferPointer<Scalar>,
        _ otherReal: UnsafeMutableBufferPointer<Scalar>,
        _ otherImaginary: UnsafeMutableBufferPointer<Scalar>,
        _ width: Int,
        _ blocks: Int
    ) {
        let half = count / 2
        let bytes = MemoryLayout<Scalar>.stride
        let (inReal, inImaginary) = (UnsafeRawBufferPointer(real), UnsafeRawBufferPointer(imaginary))
        let outReal = UnsafeMutableRawBufferPointer(otherReal)
        let outImaginary = UnsafeMutableRawBufferPointer(otherImaginary)
        for block in 0..<blocks {
            let (cosine, sine) = (cosines[block * width], sines[block * width])
            let start = block * width
            var index = 0
            while index + 8 <= width {
                let (low, high) = ((start + index) * bytes, (start + half + index) * bytes)
                let firstReal = inReal.loadUnaligned(fromByteOffset: low, as: SIMD8<Scalar>.self)
                let firstImaginary = inImaginary.loadUnaligned(fromByteOffset: low, as: SIMD8<Scalar>.self)
                let secondReal = inReal.loadUnaligned(fromByteOffset: high, as: SIMD8<Scalar>.self)
                let secondImaginary = inImaginary.loadUnaligned(fromByteOffset: high, as: SIMD8<Scalar>.self)
                let (dReal, dImaginary) = (firstReal - secondReal, firstImaginary - secondImaginary)
                let (to, next) = ((2 * start + index) * bytes, (2 * start + width + index) * bytes)
                outReal.storeBytes(of: firstReal + secondReal, toByteOffset: to, as: SIMD8<Scalar>.self)
                outImaginary.storeBytes(of: firstImaginary + secondImaginary, toByteOffset: to, as: SIMD8<Scalar>.self)
                outReal.storeBytes(
                    of: dReal * cosine - dImaginary * sine,
                    toByteOffset: next,
                    as: SIMD8<Scalar>.self
                )
                outImaginary.storeBytes(
                    of: dReal * sine + dImaginary * cosine,
                    toByteOffset: next,
                    as: SIMD8<Scalar>.self
                )
                index += 8
            }
            while index < width {
                let (low, high) = (start + index, start + half + index)
                let (dReal, dImaginary) = (real[low] - real[high], imaginary[low] - imaginary[high])
                let to = 2 * start + index
                otherReal[to] = real[low] + real[high]
                otherImaginary[to] = imaginary[low] + imaginary[high]
                otherReal[to + width] = dReal * cosine - dImaginary * sine
                otherImaginary[to + width] = dReal * sine + dImaginary * cosine
                index += 1
            }
        }
    }
}
