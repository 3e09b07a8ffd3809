/// The numbers of an array that come column by column, put where row-major order has them.
struct FortranOrder {
    private let shape: [Int]
    private let strides: [Int]
    private var index: [Int]
    private var offset = 0
    private var count = 0
    /// The numbers in row-major order, those that have come.
    private(set) var values: [Float]

    /// Room for an array of a shape.
    init(shape: [Int]) {
        self.shape = shape
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        self.strides = strides
        index = [Int](repeating: 0, count: shape.count)
        values = [Float](repeating: 0, count: shape.reduce(1, *))
    }

    /// Whether all have come.
    var isComplete: Bool { count == values.count }

    /// Takes the next numbers, of which there are no more than the array has.
    mutating func append(_ numbers: UnsafeBufferPointer<Float>) {
        for number in numbers {
            values[offset] = number
            var axis = 0
            while axis < shape.count {
                index[axis] += 1
                offset += strides[axis]
                guard index[axis] == shape[axis] else { break }
                offset -= strides[axis] * shape[axis]
                index[axis] = 0
                axis += 1
            }
        }
        count += numbers.count
    }
}
