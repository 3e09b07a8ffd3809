/// A sum over some axes of a row-major block, in an order that depends on the shape alone.
///
/// Neighbouring axes that are both summed or both kept are merged first, so that what is left alternates. Where the
/// innermost axis is kept, whole rows are added; where it is summed, sixteen partial sums run side by side. Long runs
/// of rows are added in groups of 128 whose sums are then added, which keeps the rounding error of float32 small.
struct StridedSum: Sendable {
    private struct Axis {
        var extent: Int
        var source: Int
        var target: Int
        var isSummed: Bool
    }

    /// The rows whose sum is formed by itself before it is added to the others'.
    private static let rowsInGroup = 128
    /// The numbers that are added side by side where rows are short: several rows count as one long row.
    private static let sideBySide = 96

    private let axes: [Axis]
    private let resultCount: Int
    /// The floats of scratch memory that the grouping of long sums needs.
    let scratchCount: Int

    /// A sum of a block of this shape over these axes.
    init(_ shape: Shape, over summed: Set<Int>) {
        var axes: [Axis] = []
        var target = shape.extents.indices.filter { !summed.contains($0) }.map { shape[$0] }.reduce(1, *)
        resultCount = target
        for axis in shape.extents.indices where shape[axis] != 1 {
            let isSummed = summed.contains(axis)
            if !isSummed { target /= max(shape[axis], 1) }
            let step = shape.strides[axis]
            if let last = axes.last, last.isSummed == isSummed {
                axes[axes.count - 1] = Axis(
                    extent: last.extent * shape[axis],
                    source: step,
                    target: isSummed ? 0 : target,
                    isSummed: isSummed
                )
            } else {
                axes.append(
                    Axis(extent: shape[axis], source: step, target: isSummed ? 0 : target, isSummed: isSummed)
                )
            }
        }
        self.axes = axes
        scratchCount = axes.last.map { $0.isSummed ? 0 : $0.extent * Self.rowsSideBySide($0.extent) } ?? 0
    }

    /// Writes the sums where the target starts.
    func run(
        from source: UnsafePointer<Float>,
        to target: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        target.update(repeating: 0, count: resultCount)
        axes.withUnsafeBufferPointer { Self.add($0, source, target, scratch) }
    }

    private static func add(
        _ axes: UnsafeBufferPointer<Axis>,
        _ source: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        guard let axis = axes.first else {
            target.pointee += source.pointee
            return
        }
        if axes.count == 1 {
            if axis.isSummed {
                target.pointee += total(source, axis.extent)
            } else {
                addRow(source, to: target, axis.extent)
            }
            return
        }
        let inner = UnsafeBufferPointer(rebasing: axes.dropFirst())
        if axes.count == 2, axis.isSummed, axis.extent > rowsInGroup {
            addRows(axis, width: inner[0].extent, source, target, scratch)
            return
        }
        for index in 0..<axis.extent {
            add(inner, source + index * axis.source, target + index * axis.target, scratch)
        }
    }

    private static func rowsSideBySide(_ width: Int) -> Int { max(1, sideBySide / max(width, 1)) }

    /// Adds many rows to one: short rows several at a time, as one long row that is folded at the end.
    private static func addRows(
        _ rows: Axis,
        width: Int,
        _ source: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let together = rows.source == width ? rowsSideBySide(width) : 1
        let (long, step) = (together * width, together * rows.source)
        let count = rows.extent / together
        for start in stride(from: 0, to: count, by: rowsInGroup) {
            scratch.update(from: source + start * step, count: long)
            for row in start + 1..<max(min(start + rowsInGroup, count), start + 1) {
                addRow(source + row * step, to: scratch, long)
            }
            for part in 0..<together { addRow(scratch + part * width, to: target, width) }
        }
        for row in count * together..<rows.extent { addRow(source + row * rows.source, to: target, width) }
    }

    private static func addRow(_ row: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int) {
        for index in 0..<count { target[index] += row[index] }
    }

    private static func total(_ source: UnsafePointer<Float>, _ count: Int) -> Float {
        var lanes = SIMD16<Float>.zero
        var index = 0
        while index + 16 <= count {
            lanes += UnsafeRawPointer(source + index).loadUnaligned(as: SIMD16<Float>.self)
            index += 16
        }
        var sum = lanes.sum()
        while index < count {
            sum += source[index]
            index += 1
        }
        return sum
    }
}
