#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Sums neighbours down and across by weights, nothing standing outside the picture.
enum SeparableConvolution {
    /// The weights of a bell curve, which sum up to 1.
    static func bell(count: Int, deviation: Float) -> [Float] {
        let weights = (0..<count).map { index in
            let distance = (Float(index) - Float(count - 1) / 2) / deviation
            return expf(-0.5 * distance * distance)
        }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// Every number with its neighbours, `down` in the column and `across` in the row, odd numbers of weights.
    static func applied(to picture: FloatPicture, down: [Float], across: [Float]) -> FloatPicture {
        let row = picture.width * picture.channels
        var result = picture
        result.pixels = [Float](unsafeUninitializedCapacity: picture.pixels.count) { target, count in
            count = picture.pixels.count
            picture.pixels.withUnsafeBufferPointer { source in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: row) { scratch in
                    guard let from = source.baseAddress, let to = target.baseAddress, let columns = scratch.baseAddress
                    else { return }
                    for y in 0..<picture.height {
                        columns.update(repeating: 0, count: row)
                        for (tap, weight) in down.enumerated() {
                            let other = y + tap - down.count / 2
                            guard other >= 0, other < picture.height else { continue }
                            add(from + other * row, weight, to: columns, count: row)
                        }
                        let sums = to + y * row
                        sums.update(repeating: 0, count: row)
                        for (tap, weight) in across.enumerated() {
                            let shift = (tap - across.count / 2) * picture.channels
                            let (first, last) = (max(0, -shift), min(row, row - shift))
                            if first < last {
                                add(columns + first + shift, weight, to: sums + first, count: last - first)
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    private static func add(
        _ from: UnsafePointer<Float>,
        _ weight: Float,
        to sums: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        for index in 0..<count { sums[index] += from[index] * weight }
    }
}
