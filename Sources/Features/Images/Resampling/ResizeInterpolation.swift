#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// How the pixels of a resized picture are worked out of those of its source, by Keras's names.
enum ResizeInterpolation: String, Sendable, CaseIterable {
    case bilinear, nearest, bicubic, lanczos3, lanczos5, area

    /// How far its kernel reaches to either side, in pixels.
    var radius: Float {
        switch self {
        case .bilinear: 1
        case .bicubic: 2
        case .lanczos3: 3
        case .lanczos5: 5
        case .nearest, .area: 0.5
        }
    }

    /// The kernel at a distance: a triangle, the cubic of Keys with a = -0.5, the windowed sine of Lanczos.
    func kernel(_ distance: Float) -> Float {
        switch self {
        case .bilinear: max(0, 1 - distance)
        case .bicubic: Self.cubic(distance)
        case .lanczos3, .lanczos5: Self.lanczos(distance, radius)
        case .nearest, .area: distance <= 0.5 ? 1 : 0
        }
    }

    private static func cubic(_ x: Float) -> Float {
        if x >= 2 { return 0 }
        if x >= 1 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
        return ((1.5 * x - 2.5) * x) * x + 1
    }

    private static func lanczos(_ x: Float, _ radius: Float) -> Float {
        if x > radius { return 0 }
        if x <= 1e-3 { return 1 }
        return radius * sinf(.pi * x) * sinf(.pi * x / radius) / (.pi * .pi * x * x)
    }
}
