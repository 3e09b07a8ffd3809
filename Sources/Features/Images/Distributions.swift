#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Draws that are not uniform.
enum Distributions {
    /// A draw with mean 0 and variance 1 (Box and Muller 1958).
    static func normal(_ random: inout RowRandom) -> Double {
        let radius = (-2 * log(1 - random.uniform())).squareRoot()
        return radius * cos(2 * .pi * random.uniform())
    }

    /// A draw of the gamma distribution with scale 1 (Marsaglia and Tsang 2000).
    static func gamma(_ shape: Double, _ random: inout RowRandom) -> Double {
        // A shape below 1 by one above it.
        if shape < 1 { return gamma(shape + 1, &random) * pow(1 - random.uniform(), 1 / shape) }
        let center = shape - 1.0 / 3
        let slope = 1 / (9 * center).squareRoot()
        while true {
            let draw = normal(&random)
            let root = 1 + slope * draw
            let cube = root * root * root
            // Of a hundred draws fewer than five are refused.
            if cube > 0, log(1 - random.uniform()) < 0.5 * draw * draw + center * (1 - cube + log(cube)) {
                return center * cube
            }
        }
    }

    /// A draw of the beta distribution with both shapes alike.
    static func beta(_ shape: Double, _ random: inout RowRandom) -> Double {
        let (first, second) = (gamma(shape, &random), gamma(shape, &random))
        return first + second > 0 ? first / (first + second) : 0.5
    }

    /// Shares that sum up to 1, of the Dirichlet distribution with all shapes alike.
    static func shares(_ count: Int, _ shape: Double, _ random: inout RowRandom) -> [Double] {
        let draws = (0..<count).map { _ in gamma(shape, &random) }
        let sum = draws.reduce(0, +)
        return draws.map { sum > 0 ? $0 / sum : 1 / Double(count) }
    }
}
