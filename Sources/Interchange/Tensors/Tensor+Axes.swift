import NN

extension Tensor {
    /// The same numbers with the axes in another order.
    ///
    /// - Parameter axes: For each axis of the result, which of this tensor's it is; a permutation.
    /// - Returns: A tensor whose extent at `i` is this one's at `axes[i]`.
    func permuted(_ axes: [Int]) -> Tensor {
        precondition(axes.sorted() == Array(0..<rank), "\(axes) is no order of the axes of \(shape)")
        let strides = axes.map { shape.strides[$0] }
        let result = Shape(axes.map { shape.extents[$0] })
        guard rank > 1, volume > 0 else { return Tensor(result, values) }
        let (last, step) = (result.extents[rank - 1], strides[rank - 1])
        let values = values.withUnsafeBufferPointer { source in
            [Float](unsafeUninitializedCapacity: volume) { target, filled in
                var position = [Int](repeating: 0, count: rank - 1)
                var start = 0
                while filled < volume {
                    for index in 0..<last {
                        target.initializeElement(at: filled + index, to: source[start + index * step])
                    }
                    filled += last
                    // The next row: the last axis but one counts first.
                    var axis = rank - 2
                    while axis >= 0 {
                        position[axis] += 1
                        start += strides[axis]
                        if position[axis] < result.extents[axis] { break }
                        start -= position[axis] * strides[axis]
                        position[axis] = 0
                        axis -= 1
                    }
                }
            }
        }
        return Tensor(result, values)
    }

    /// The same numbers in the same order under another shape of the same volume.
    func reshaped(_ shape: Shape) -> Tensor { Tensor(shape, values) }
}
