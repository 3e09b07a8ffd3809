extension Shape {
    /// Whether a row of this shape is the first numbers of one of another: all extents but the first agree.
    func isBeginning(of other: Shape) -> Bool {
        guard rank == other.rank else { return false }
        for axis in 1..<max(rank, 1) where extents[axis] != other.extents[axis] { return false }
        return true
    }
}

extension UnsafeMutablePointer<Float> {
    /// Writes a 1 for each step that is a row's own, and a 0 for each behind its end.
    package func writeMask(own count: Int, of steps: Int) {
        update(repeating: 1, count: count)
        (self + count).update(repeating: 0, count: steps - count)
    }
}

/// How a row lies in a larger one of as many axes: at the beginning of each axis, zeros behind it.
package struct RowCopy: Sendable {
    /// The numbers that lie together in both.
    private let run: Int
    /// Where each run begins, in the row and in the larger one.
    private let places: [(own: Int, larger: Int)]
    private let volume: Int

    /// A row of a shape in one of another, no extent of which is smaller.
    package init(of shape: Shape, in larger: Shape) {
        precondition(shape.rank == larger.rank, "rows of \(shape) and \(larger)")
        var rank = shape.rank
        var run = 1
        while rank > 0 {
            rank -= 1
            run *= shape[rank]
            if shape[rank] != larger[rank] { break }
        }
        var places = [(0, 0)]
        let (strides, largerStrides) = (shape.strides, larger.strides)
        for axis in 0..<rank {
            places = places.flatMap { place in
                (0..<shape[axis]).map { (place.0 + $0 * strides[axis], place.1 + $0 * largerStrides[axis]) }
            }
        }
        (self.run, volume) = (run, larger.volume)
        self.places = places.map { (own: $0.0, larger: $0.1) }
    }

    /// Writes the larger row: a row's numbers, and zeros.
    package func pad(_ row: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
        target.update(repeating: 0, count: volume)
        for place in places { (target + place.larger).update(from: row + place.own, count: run) }
    }

    /// Takes a row's numbers out of the larger one.
    package func takeOut(_ larger: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
        for place in places { (target + place.own).update(from: larger + place.larger, count: run) }
    }
}
