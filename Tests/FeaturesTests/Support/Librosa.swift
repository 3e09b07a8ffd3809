import Glibc

@testable import Features

/// librosa's forms of spectra, made of our transform, for the numbers that librosa gave.
enum Librosa {
    /// Power spectra, bins by frames, of sound with zeros or its mirror image at both ends.
    static func power(_ sound: [Float], length: Int, hop: Int, isReflected: Bool = false) -> [[Double]] {
        let frames = Frames(fftLength: length, window: Window.hann.weights(length, isPeriodic: true), stride: hop)
        let silence = [Float](repeating: 0, count: length / 2)
        let padded = isReflected ? Frames.reflected(sound, by: length / 2) : silence + sound + silence
        var spectra: [[Double]] = []
        frames.forEach(in: padded, count: 1 + sound.count / hop) { _, transform in
            spectra.append(
                (0..<frames.fft.bins).map { bin in
                    Double(
                        transform.real[bin] * transform.real[bin] + transform.imaginary[bin] * transform.imaginary[bin]
                    )
                }
            )
        }
        return spectra
    }

    static func mel(_ frequency: Double, isHTK: Bool) -> Double {
        if isHTK { return 2595 * log10(1 + frequency / 700) }
        return frequency < 1000 ? frequency * 3 / 200 : 15 + log(frequency / 1000) / (log(6.4) / 27)
    }

    private static func frequency(_ mel: Double, isHTK: Bool) -> Double {
        if isHTK { return 700 * (pow(10, mel / 2595) - 1) }
        return mel < 15 ? mel * 200 / 3 : 1000 * exp((mel - 15) * log(6.4) / 27)
    }

    /// Triangles straight in hertz, a row each.
    static func filters(
        rate: Int,
        length: Int,
        bands: Int,
        from low: Double,
        isHTK: Bool = false,
        isSlaneyNormed: Bool = true
    ) -> [[Double]] {
        let (lowest, highest) = (mel(low, isHTK: isHTK), mel(Double(rate) / 2, isHTK: isHTK))
        let edges = (0...bands + 1).map {
            frequency(lowest + (highest - lowest) * Double($0) / Double(bands + 1), isHTK: isHTK)
        }
        return (0..<bands).map { band in
            (0...length / 2).map { bin in
                let place = Double(bin * rate) / Double(length)
                let rising = (place - edges[band]) / (edges[band + 1] - edges[band])
                let falling = (edges[band + 2] - place) / (edges[band + 2] - edges[band + 1])
                return max(0, min(rising, falling)) * (isSlaneyNormed ? 2 / (edges[band + 2] - edges[band]) : 1)
            }
        }
    }

    /// Bands by frames.
    static func melPower(_ spectra: [[Double]], _ filters: [[Double]]) -> [[Double]] {
        filters.map { filter in spectra.map { zip(filter, $0).reduce(0) { $0 + $1.0 * $1.1 } } }
    }

    /// Decibels over a reference, at most 80 under the greatest.
    static func decibels(_ powers: [[Double]], reference: Double) -> [[Double]] {
        let decibels = powers.map { $0.map { 10 * log10(max($0, 1e-10)) - 10 * log10(max(reference, 1e-10)) } }
        let floor = (decibels.joined().max() ?? 0) - 80
        return decibels.map { $0.map { max($0, floor) } }
    }

    /// The cosine transform of columns, the first `count` rows of it.
    static func cosines(_ rows: [[Double]], count: Int, isOrthonormal: Bool = true) -> [[Double]] {
        let length = Double(rows.count)
        return (0..<count).map { order in
            (0..<rows[0].count).map { column in
                let sum = rows.indices.reduce(0.0) { sum, row in
                    sum + rows[row][column] * cos(Double.pi * Double(order) * (Double(row) + 0.5) / length)
                }
                return isOrthonormal ? sum * (order == 0 ? sqrt(1 / length) : sqrt(2 / length)) : 2 * sum
            }
        }
    }
}
