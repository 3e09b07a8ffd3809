/// A copy of a rank-n block between two row-major arrangements, each with its own step along every axis.
///
/// Made once per shape: axes that run together in both arrangements are merged, and the innermost loop is a plain copy
/// where both steps are 1. Steps of zero in the source repeat elements (broadcasting).
struct StridedCopy: Sendable {
    private struct Axis {
        var extent: Int
        var source: Int
        var target: Int
    }

    private let axes: [Axis]

    /// A copy of `extents` elements, from a source and to a target with these steps in elements.
    init(extents: [Int], source: [Int], target: [Int]) {
        var merged: [Axis] = []
        for axis in extents.indices where extents[axis] != 1 {
            let next = Axis(extent: extents[axis], source: source[axis], target: target[axis])
            if let last = merged.last,
                last.source == next.source * next.extent, last.target == next.target * next.extent
            {
                merged[merged.count - 1] = Axis(
                    extent: last.extent * next.extent,
                    source: next.source,
                    target: next.target
                )
            } else {
                merged.append(next)
            }
        }
        axes = merged
    }

    /// Copies from where the source starts to where the target starts.
    func run(from source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
        axes.withUnsafeBufferPointer { Self.copy($0, source, target) }
    }

    private static func copy(
        _ axes: UnsafeBufferPointer<Axis>,
        _ source: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>
    ) {
        guard let axis = axes.first else {
            target.pointee = source.pointee
            return
        }
        guard axes.count > 1 else {
            if axis.source == 1, axis.target == 1 {
                target.update(from: source, count: axis.extent)
            } else if axis.source == 0, axis.target == 1 {
                target.update(repeating: source.pointee, count: axis.extent)
            } else {
                for index in 0..<axis.extent { target[index * axis.target] = source[index * axis.source] }
            }
            return
        }
        let inner = UnsafeBufferPointer(rebasing: axes.dropFirst())
        for index in 0..<axis.extent {
            copy(inner, source + index * axis.source, target + index * axis.target)
        }
    }
}
