import Glibc

/// What a frame of sound is weighed by before it is transformed: SciPy's `get_window`.
enum Window: String, Sendable, CaseIterable {
    case hann, hamming, blackman, bartlett

    /// The weights of a frame.
    ///
    /// - Parameters:
    ///   - count: The frame's length.
    ///   - isPeriodic: Whether the weights go on with the first one behind the last, and not end with it.
    /// - Returns: The weights, from 0 to 1.
    func weights(_ count: Int, isPeriodic: Bool) -> [Float] {
        guard count > 1 else { return Array(repeating: 1, count: count) }
        let span = Double(isPeriodic ? count : count - 1)
        return (0..<count).map { index in
            let place = Double(index) / span
            let angle = 2 * Double.pi * place
            let weight =
                switch self {
                case .hann: 0.5 - 0.5 * cos(angle)
                case .hamming: 0.54 - 0.46 * cos(angle)
                case .blackman: 0.42 - 0.5 * cos(angle) + 0.08 * cos(2 * angle)
                case .bartlett: 1 - abs(2 * place - 1)
                }
            return Float(weight)
        }
    }
}
