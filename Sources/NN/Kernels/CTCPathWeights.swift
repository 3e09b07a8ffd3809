import Foundation

/// What the weights of paths are computed with: how those of two ways add up, and those of two parts of a way multiply.
protocol CTCPathWeights {
    /// The weight of no path.
    static var none: Double { get }
    /// The weight of a path without a step.
    static var one: Double { get }
    /// What two ways come to.
    static func sum(_ a: Double, _ b: Double) -> Double
    /// What two parts of a way come to.
    static func product(_ a: Double, _ b: Double) -> Double
    /// The share of a weight in a total.
    static func share(_ weight: Double, of total: Double) -> Double
}

/// Weights as they are, to be divided by their sum from time to time.
enum ScaledWeights: CTCPathWeights {
    static let none = 0.0
    static let one = 1.0
    @inline(__always) static func sum(_ a: Double, _ b: Double) -> Double { a + b }
    @inline(__always) static func product(_ a: Double, _ b: Double) -> Double { a * b }
    @inline(__always) static func share(_ weight: Double, of total: Double) -> Double { weight / total }
}

/// The logarithms of weights.
enum LogarithmicWeights: CTCPathWeights {
    static let none = -Double.infinity
    static let one = 0.0
    static func sum(_ a: Double, _ b: Double) -> Double {
        let (larger, smaller) = a > b ? (a, b) : (b, a)
        guard smaller != -.infinity else { return larger }
        // Below 2⁻⁵³ of the larger, the smaller changes nothing.
        let difference = smaller - larger
        return difference < -37 ? larger : larger + log1p(Foundation.exp(difference))
    }
    @inline(__always) static func product(_ a: Double, _ b: Double) -> Double { a + b }
    static func share(_ weight: Double, of total: Double) -> Double {
        // A share below float32's least normal number is none.
        weight - total < -88 ? 0 : Foundation.exp(weight - total)
    }
}
