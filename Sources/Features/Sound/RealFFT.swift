import Glibc

/// The discrete Fourier transform of real numbers, of any length: NumPy's `rfft`.
struct RealFFT: Sendable {
    /// How many numbers go in.
    let count: Int
    /// How many come out: those up to half the rate, count / 2 + 1.
    var bins: Int { count / 2 + 1 }

    private let way: Way

    private enum Way: Sendable {
        /// One number, which is its own transform.
        case single
        /// A power of two: neighbours as one complex number, and e^(-2πi·k / count) to part the two again.
        case halved(ComplexFFT<Float>, cosines: [Float], sines: [Float])
        /// Any other length, as a convolution with a chirp (Bluestein 1968), in 64 bits.
        case chirped(Chirp)
    }

    /// Room for one transform.
    struct Scratch {
        /// The real parts of what came out, `bins` of them.
        fileprivate(set) var real: [Float]
        /// The imaginary parts.
        fileprivate(set) var imaginary: [Float]
        fileprivate var floats = ComplexFFT<Float>.Buffer(count: 0)
        fileprivate var doubles = ComplexFFT<Double>.Buffer(count: 0)

        /// The squares of the absolute values, one a bin.
        borrowing func powers(into powers: inout [Float]) {
            powers.withUnsafeMutableBufferPointer { powers in
                real.withUnsafeBufferPointer { real in
                    imaginary.withUnsafeBufferPointer { imaginary in
                        for bin in 0..<real.count {
                            powers[bin] = real[bin] * real[bin] + imaginary[bin] * imaginary[bin]
                        }
                    }
                }
            }
        }
    }

    /// Makes the tables for `count` numbers, at least 1.
    init(count: Int) {
        precondition(count > 0, "a transform of nothing")
        self.count = count
        if count == 1 {
            way = .single
        } else if count & (count - 1) == 0 {
            let angles = (0...count / 2).map { -2 * Double.pi * Double($0) / Double(count) }
            way = .halved(
                ComplexFFT(count: count / 2),
                cosines: angles.map { Float(cos($0)) },
                sines: angles.map { Float(sin($0)) }
            )
        } else {
            way = .chirped(Chirp(count: count))
        }
    }

    /// Room to transform in, again and again.
    func scratch() -> Scratch {
        var scratch = Scratch(
            real: [Float](repeating: 0, count: bins),
            imaginary: [Float](repeating: 0, count: bins)
        )
        switch way {
        case .single: break
        case .halved(let fft, _, _): scratch.floats = .init(count: fft.count)
        case .chirped(let chirp): scratch.doubles = .init(count: chirp.fft.count)
        }
        return scratch
    }

    /// Transforms numbers times a window, both `count` long.
    func transform(_ numbers: UnsafeBufferPointer<Float>, window: [Float], _ scratch: inout Scratch) {
        switch way {
        case .single: scratch.real[0] = numbers[0] * window[0]
        case .halved(let fft, let cosines, let sines):
            window.withUnsafeBufferPointer { window in
                scratch.floats.withParts { real, imaginary in
                    for index in 0..<fft.count {
                        real[index] = numbers[2 * index] * window[2 * index]
                        imaginary[index] = numbers[2 * index + 1] * window[2 * index + 1]
                    }
                }
            }
            fft.transform(&scratch.floats)
            part(&scratch, fft.count, cosines, sines)
        case .chirped(let chirp): chirp.transform(numbers, window, &scratch)
        }
    }

    /// The transform of the even and of the odd numbers out of that of both as one, and the whole out of these.
    private func part(_ scratch: inout Scratch, _ half: Int, _ cosines: [Float], _ sines: [Float]) {
        let count = bins
        scratch.real.withUnsafeMutableBufferPointer { real in
            scratch.imaginary.withUnsafeMutableBufferPointer { imaginary in
                scratch.floats.withParts { partReal, partImaginary in
                    cosines.withUnsafeBufferPointer { cosines in
                        sines.withUnsafeBufferPointer { sines in
                            @inline(__always)
                            func put(_ bin: Int, _ first: Int, _ last: Int) {
                                let (a, b, c, d) =
                                    (partReal[first], partImaginary[first], partReal[last], partImaginary[last])
                                let (evenReal, evenImaginary) = ((a + c) / 2, (b - d) / 2)
                                let (oddReal, oddImaginary) = ((b + d) / 2, (c - a) / 2)
                                real[bin] = evenReal + oddReal * cosines[bin] - oddImaginary * sines[bin]
                                imaginary[bin] = evenImaginary + oddReal * sines[bin] + oddImaginary * cosines[bin]
                            }
                            put(0, 0, 0)
                            for bin in 1..<count - 1 { put(bin, bin, half - bin) }
                            put(count - 1, 0, 0)
                        }
                    }
                }
            }
        }
    }

    /// The tables of Bluestein's way.
    fileprivate struct Chirp: Sendable {
        let fft: ComplexFFT<Double>
        /// e^(-πi·k² / count).
        private let cosines: [Double]
        private let sines: [Double]
        /// The transform of the chirp to convolve with, over the length.
        private let chirpReal: [Double]
        private let chirpImaginary: [Double]

        init(count: Int) {
            var length = 1
            while length < 2 * count - 1 { length *= 2 }
            fft = ComplexFFT(count: length)
            // k² modulo 2·count, lest the angle lose its digits.
            let angles = (0..<count).map { -Double.pi * Double(($0 * $0) % (2 * count)) / Double(count) }
            cosines = angles.map { cos($0) }
            sines = angles.map { sin($0) }
            var buffer = ComplexFFT<Double>.Buffer(count: length)
            for index in 0..<count {
                for place in [index, (length - index) % length] {
                    buffer.real[place] = cosines[index] / Double(length)
                    buffer.imaginary[place] = -sines[index] / Double(length)
                }
            }
            fft.transform(&buffer)
            chirpReal = buffer.real
            chirpImaginary = buffer.imaginary
        }

        func transform(_ numbers: UnsafeBufferPointer<Float>, _ window: [Float], _ scratch: inout Scratch) {
            for index in 0..<fft.count {
                let number = index < cosines.count ? Double(numbers[index] * window[index]) : 0
                scratch.doubles.real[index] = index < cosines.count ? number * cosines[index] : 0
                scratch.doubles.imaginary[index] = index < cosines.count ? number * sines[index] : 0
            }
            fft.transform(&scratch.doubles)
            // The way back is a transform of the conjugate.
            for index in 0..<fft.count {
                let (a, b) = (scratch.doubles.real[index], scratch.doubles.imaginary[index])
                scratch.doubles.real[index] = a * chirpReal[index] - b * chirpImaginary[index]
                scratch.doubles.imaginary[index] = -(a * chirpImaginary[index] + b * chirpReal[index])
            }
            fft.transform(&scratch.doubles)
            for bin in scratch.real.indices {
                let (a, b) = (scratch.doubles.real[bin], -scratch.doubles.imaginary[bin])
                scratch.real[bin] = Float(a * cosines[bin] - b * sines[bin])
                scratch.imaginary[bin] = Float(a * sines[bin] + b * cosines[bin])
            }
        }
    }
}
