/// What is known of a value of the graph before any layer is made.
enum Known {
    /// Its numbers.
    case constant(Constant)
    /// That all its numbers are one, in a shape that may count the batch, as a zero state has it.
    case splat([Extent], Float, ElementType)
    /// That it depends on the inputs.
    case flow(Fact)
    /// Nothing, since its node can't be read or a node before it.
    case refused

    /// The shape.
    var shape: [Extent]? {
        switch self {
        case .constant(let constant): constant.shape.map(Extent.init)
        case .splat(let shape, _, _): shape
        case .flow(let fact): fact.shape
        case .refused: nil
        }
    }
}

/// What is known of a value that depends on the inputs.
struct Fact {
    /// The extents, in the file's order.
    let shape: [Extent]
    /// The type of the elements.
    let type: ElementType
    /// How many of a sample's numbers along the axis that holds the batch lie before it: 5 where 5 steps of N rows each
    /// became one axis.
    var outer = 1

    /// The number of axes.
    var rank: Int { shape.count }
    /// The place of the axis that holds the batch; nil where the whole value is one sample.
    var batch: Int? { shape.batchAxis }

    /// Whether the first axis is the batch, or has the one row of a file for one.
    var isLedByBatch: Bool { batch == 0 || batch == nil && shape.first == Extent(1) }

    /// The axes of a sample: all but the batch, and that too where more than the batch lies in it.
    var sampleAxes: [Int] { shape.indices.filter { $0 != batch || shape[$0].batches != 1 } }

    /// The axis of the batch, where a row of the batch has several places in it, each of which is a row to the file; none
    /// where it has one.
    var steps: [Int] { batch.map { extent($0) == 1 ? [] : [$0] } ?? [] }

    /// The extent of an axis within a sample; nil where it is open.
    func extent(_ axis: Int) -> Int? { axis == batch ? shape[axis].batches : shape[axis].known }

    /// The extents of the axes of a sample; nil where one is open.
    var sample: [Int]? {
        let extents = sampleAxes.compactMap(extent)
        return extents.count == sampleAxes.count ? extents : nil
    }

    /// How many numbers of a sample lie before the batch; nil where that isn't known.
    var front: Int? {
        guard let batch else { return nil }
        return Array(shape[..<batch]).known.map { $0.reduce(outer, *) }
    }

    /// The same with another shape, whose batch lies as it did.
    func with(_ shape: [Extent]) -> Fact { Fact(shape: shape, type: type, outer: outer) }

    /// The same numbers in another shape.
    ///
    /// - Throws: `Refusal` where rows of the batch would be torn.
    func regrouped(_ shape: [Extent]) throws(Refusal) -> Fact {
        var result = Fact(shape: shape, type: type)
        guard let front, let batch = result.batch, let before = Array(shape[..<batch]).known?.reduce(1, *),
            let batches = shape[batch].batches
        else { return result }
        guard before > 0, front.isMultiple(of: before), batches.isMultiple(of: front / before) else {
            throw Refusal("\(self.shape.text) reshaped to \(shape.text), which mixes rows of the batch")
        }
        result.outer = front / before
        return result
    }

    /// An axis counted from the front.
    func axis(_ axis: Int) throws(Refusal) -> Int {
        guard (-rank..<rank).contains(axis) else { throw Refusal("axis \(axis) of a value with \(rank) axes") }
        return axis < 0 ? axis + rank : axis
    }

    /// Axes counted from the front, in ascending order.
    func axes(_ axes: [Int]) throws(Refusal) -> [Int] {
        var all: [Int] = []
        for axis in axes { all.append(try self.axis(axis)) }
        return all.sorted()
    }
}
