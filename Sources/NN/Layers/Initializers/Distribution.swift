/// A distribution that the values of a weight are drawn from, one after the other in row-major order.
enum Distribution: Sendable, Equatable {
    /// Evenly between two bounds.
    case uniform(ClosedRange<Double>)
    /// The normal distribution.
    case normal(mean: Double, deviation: Double)
    /// The normal distribution without what lies more than two deviations from the mean, which is drawn again.
    case truncatedNormal(mean: Double, deviation: Double)

    /// A tensor of draws.
    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        let values = [Float](unsafeUninitializedCapacity: shape.volume) { buffer, count in
            for index in 0..<shape.volume { buffer[index] = Float(draw(from: &generator)) }
            count = shape.volume
        }
        return Tensor(shape, values)
    }

    private func draw(from generator: inout SeededGenerator) -> Double {
        switch self {
        case .uniform(let bounds):
            return bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) * generator.uniform()
        case .normal(let mean, let deviation):
            return mean + deviation * generator.normal()
        case .truncatedNormal(let mean, let deviation):
            while true {
                let draw = generator.normal()
                if abs(draw) <= 2 { return mean + deviation * draw }
            }
        }
    }
}
