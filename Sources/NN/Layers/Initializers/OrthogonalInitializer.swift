import JSON

/// Keras's `Orthogonal`: a random matrix of orthonormal columns, or rows where it is wider than tall.
///
/// It is the factor Q of the decomposition QR of a matrix of normal draws, with the signs that make R's diagonal
/// positive. Axes before the last are taken together as rows. Source: Saxe et al. 2014, arXiv:1312.6120.
struct OrthogonalInitializer: InitializerKind {
    static let names = ["Orthogonal", "orthogonal", "OrthogonalInitializer"]

    /// What every value is multiplied by.
    let gain: Double

    init() { gain = 1 }

    init(reading arguments: inout ObjectReader) {
        gain = arguments.double("gain", in: .initialWeight, default: 1)
    }

    func write(to json: inout JSONWriter) {
        json.field("gain", gain)
    }

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        let columns = shape.last
        let rows = shape.volume / max(columns, 1)
        let (length, count) = (max(rows, columns), min(rows, columns))
        let vectors = OrthonormalVectors(count: count, length: length, from: &generator)
        var values = [Float](repeating: 0, count: shape.volume)
        for vector in 0..<count {
            for element in 0..<length {
                let index = rows < columns ? vector * columns + element : element * columns + vector
                values[index] = Float(gain * vectors[vector, element])
            }
        }
        return Tensor(shape, values)
    }
}

/// Vectors of length 1, each at right angles to the others: Gram and Schmidt's process on normal draws.
///
/// Each vector is cleared of the earlier ones twice, which leaves angles as right as rounding allows (Giraud et al.
/// 2005). Subtracting projections keeps each vector's own direction positive: that is the sign convention.
private struct OrthonormalVectors {
    private let length: Int
    private var elements: [Double]

    init(count: Int, length: Int, from generator: inout SeededGenerator) {
        self.length = length
        elements = (0..<count * length).map { _ in generator.normal() }
        elements.withUnsafeMutableBufferPointer { elements in
            for index in 0..<count {
                let vector = UnsafeMutableBufferPointer(rebasing: elements[index * length..<(index + 1) * length])
                for _ in 0..<2 {
                    for earlier in 0..<index {
                        let other = UnsafeBufferPointer(rebasing: elements[earlier * length..<(earlier + 1) * length])
                        Self.clear(vector, of: other)
                    }
                }
                Self.normalize(vector)
            }
        }
    }

    subscript(vector: Int, element: Int) -> Double { elements[vector * length + element] }

    private static func clear(_ vector: UnsafeMutableBufferPointer<Double>, of other: UnsafeBufferPointer<Double>) {
        let projection = dot(UnsafeBufferPointer(vector), other)
        for index in vector.indices { vector[index] -= projection * other[index] }
    }

    private static func normalize(_ vector: UnsafeMutableBufferPointer<Double>) {
        let norm = dot(UnsafeBufferPointer(vector), UnsafeBufferPointer(vector)).squareRoot()
        for index in vector.indices { vector[index] /= norm }
    }

    /// The inner product in eight partial sums, an order that depends on the length alone and that vector units like.
    private static func dot(_ a: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>) -> Double {
        var lanes = SIMD8<Double>.zero
        let whole = a.count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            var left = SIMD8<Double>.zero
            var right = SIMD8<Double>.zero
            for lane in 0..<8 {
                left[lane] = a[start + lane]
                right[lane] = b[start + lane]
            }
            lanes += left * right
        }
        return (whole..<a.count).reduce(lanes.sum()) { $0 + a[$1] * b[$1] }
    }
}
