import Foundation
import JSON

/// How fast each pair of numbers turns from step to step in a rotary embedding, and how it is stretched to longer texts.
struct RotaryFrequencies: Sendable, Equatable {
    /// How frequencies are made smaller by `scaling_factor`.
    private enum Scaling: String, CaseIterable {
        /// All alike: Chen et al. 2023, arXiv:2306.15595.
        case linear
        /// By the factor to the power of `D / (D - 2)`.
        case dynamic
        /// Slow ones alone: Peng et al. 2023, arXiv:2309.00071.
        case yarn
    }

    private let wavelength: Double
    private let factor: Double
    private let scaling: Scaling
    private let fast: Double
    private let slow: Double
    private let originalLength: Int
    private let truncates: Bool
    private let denominator: Int?

    init(reading arguments: inout ObjectReader) {
        wavelength = arguments.double("max_wavelength", in: .above(1, through: 1e30), default: 10_000)
        factor = arguments.double("scaling_factor", in: .above(0, through: 1e9), default: 1)
        scaling = arguments.choice("rope_type", default: .linear)
        fast = arguments.double("beta_fast", in: .above(0, through: 1e9), default: 32)
        slow = arguments.double("beta_slow", in: .above(0, through: 1e9), default: 1)
        originalLength = arguments.int("original_max_position_embeddings", in: 1...1 << 24, default: 4096)
        truncates = arguments.bool("truncate", default: true)
        denominator = arguments.optionalInt("denominator_dim", in: 1...ObjectReader.greatestArgument)
    }

    func write(to json: inout JSONWriter) {
        json.field("max_wavelength", wavelength)
        json.field("scaling_factor", factor)
        json.field("rope_type", scaling.rawValue)
        json.field("beta_fast", fast)
        json.field("beta_slow", slow)
        json.field("original_max_position_embeddings", originalLength)
        json.field("truncate", truncates)
        json.field("denominator_dim", ifPresent: denominator)
    }

    /// The angle by which each of the pairs of `width` numbers turns at a step.
    func angles(width: Int) -> [Double] {
        let pairs = (0..<width / 2).map(Double.init)
        let plain = pairs.map { pow(wavelength, -2 * $0 / Double(denominator ?? width)) }
        switch scaling {
        case .linear: return plain.map { $0 / factor }
        case .dynamic:
            let divisor = pow(factor, Double(width) / Double(max(1, width - 2)))
            return plain.map { $0 / divisor }
        case .yarn:
            var (low, high) = (pair(turning: fast, width), pair(turning: slow, width))
            if truncates { (low, high) = (low.rounded(.down), high.rounded(.up)) }
            (low, high) = (max(low, 0), min(high, Double(width - 1)))
            return pairs.map { pair in
                let angle = pow(wavelength, -2 * pair / Double(width))
                let stretched = min(max((pair - low) / max(high - low, 0.001), 0), 1)
                return angle / factor * stretched + angle * (1 - stretched)
            }
        }
    }

    /// The pair that turns so many times over the original length.
    private func pair(turning count: Double, _ width: Int) -> Double {
        Double(width) * log(Double(originalLength) / (count * 2 * Double.pi)) / (2 * log(wavelength))
    }

    /// What sines and cosines are multiplied by.
    var amplitude: Double { scaling == .yarn ? 0.1 * log(factor) + 1 : 1 }
}
