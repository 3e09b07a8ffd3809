import Glibc

/// Triangles over the bins of a spectrum, evenly spaced on the mel scale: Keras's, which are HTK's.
///
/// mel = 1127·ln(1 + f / 700); the triangles are straight in mel, with a peak of 1; bin 0 belongs to none.
struct MelFilters: Sendable {
    /// A triangle: where it begins, and its weights from there.
    struct Triangle: Sendable {
        let start: Int
        let weights: [Float]
    }

    let triangles: [Triangle]

    /// Makes `bands` triangles between two frequencies, over the `bins` bins up to half the rate.
    init(bands: Int, bins: Int, sampleRate: Double, from low: Double, to high: Double) {
        let mels = (0..<bins).map { bin in
            Self.mel(sampleRate / 2 * Double(bin) / Double(max(1, bins - 1)))
        }
        let (lowest, highest) = (Self.mel(low), Self.mel(high))
        let edges = (0...bands + 1).map { lowest + (highest - lowest) * Double($0) / Double(bands + 1) }
        triangles = (0..<bands).map { band in
            let start = max(1, mels.countBelow { $0 <= edges[band] })
            let end = max(start, mels.countBelow { $0 < edges[band + 2] })
            let weights = (start..<end).map { bin in
                let rising = (mels[bin] - edges[band]) / (edges[band + 1] - edges[band])
                let falling = (edges[band + 2] - mels[bin]) / (edges[band + 2] - edges[band + 1])
                return Float(max(0, min(rising, falling)))
            }
            return Triangle(start: start, weights: weights)
        }
    }

    private static func mel(_ frequency: Double) -> Double { 1127 * log(1 + frequency / 700) }

    /// The weighted sums of a spectrum under the triangles.
    ///
    /// - Parameters:
    ///   - spectrum: The spectrum, with all of its bins.
    ///   - sums: Where they go.
    ///   - place: The place of the first.
    ///   - stride: How far the others lie from one another.
    func sums(of spectrum: [Float], into sums: inout [Float], at place: Int, stride: Int) {
        spectrum.withUnsafeBufferPointer { spectrum in
            sums.withUnsafeMutableBufferPointer { sums in
                var place = place
                for triangle in triangles {
                    triangle.weights.withUnsafeBufferPointer { weights in
                        var sum: Float = 0
                        for index in 0..<weights.count { sum += weights[index] * spectrum[triangle.start + index] }
                        sums[place] = sum
                    }
                    place += stride
                }
            }
        }
    }
}
