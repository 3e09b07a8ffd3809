/// A tensor whose numbers don't depend on the inputs.
struct Constant {
    /// Where the numbers are.
    private enum Numbers {
        /// Floats.
        case floats([Float])
        /// Whole numbers and truth values, which may count the batch.
        case extents([Extent])
        /// Still in the file.
        case stored(ConstantSource, ONNXTensor)
    }

    /// The extents.
    private(set) var shape: [Int]
    /// The type of the elements.
    private(set) var type: ElementType
    /// The name of the initializer that it is, or that it was made of; empty for none.
    var name: String
    private let numbers: Numbers

    /// Floats.
    init(_ shape: [Int], _ floats: [Float], type: ElementType = .float, name: String = "") {
        (self.shape, self.type, self.name, numbers) = (shape, type, name, .floats(floats))
    }

    /// Whole numbers.
    init(_ shape: [Int], _ extents: [Extent], type: ElementType = .int64) {
        (self.shape, self.type, name, numbers) = (shape, type, "", .extents(extents))
    }

    /// A list of whole numbers.
    init(_ list: [Extent]) { self.init([list.count], list) }

    /// A tensor of a file.
    ///
    /// - Throws: `Refusal` where it isn't whole, or of a type that isn't read.
    init(_ tensor: ONNXTensor, in source: ConstantSource) throws(Refusal) {
        let volume = try tensor.volume()
        guard let type = ElementType(rawValue: tensor.type) else {
            throw Refusal("elements of type \(tensor.type), which isn't read; expected floats, integers or BOOL")
        }
        try source.check(tensor, type, volume)
        (shape, self.type, name, numbers) = (tensor.dims, type, tensor.name, .stored(source, tensor))
    }

    /// How many numbers it has.
    var volume: Int { shape.reduce(1, *) }

    /// The numbers as floats; nil where one counts the batch.
    var floats: [Float]? {
        switch numbers {
        case .floats(let floats): floats
        case .extents(let extents): extents.known.map { $0.map(Float.init) }
        case .stored(let source, let tensor):
            type.isFloat ? source.floats(of: tensor, type) : source.ints(of: tensor, type).map(Float.init)
        }
    }

    /// The numbers as whole numbers; nil where they are floats.
    var extents: [Extent]? {
        switch numbers {
        case .floats: nil
        case .extents(let extents): extents
        case .stored(let source, let tensor): type.isFloat ? nil : source.ints(of: tensor, type).map(Extent.init)
        }
    }

    /// The whole numbers, where all are known.
    var ints: [Int]? { extents?.known }

    /// The one number that it holds.
    var scalar: Float? { volume == 1 ? floats?.first : nil }

    /// The number that all its elements are.
    var uniform: Float? {
        guard let floats, let first = floats.first, floats.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// The one row that all rows along an axis are; nil where they differ.
    func alike(along axis: Int) -> Constant? {
        guard shape.indices.contains(axis), shape[axis] > 0 else { return nil }
        var one = shape
        one[axis] = 1
        let steps = strides(of: shape)
        guard let row = picking(places(one, steps), shape: one) else { return nil }
        let same = row.broadcast(to: shape)
        guard let same, type.isFloat ? same.floats == floats : same.extents == extents else { return nil }
        return row
    }

    /// The elements at these places, in another shape.
    func picking(_ places: [Int], shape: [Int]) -> Constant? {
        if let extents {
            return Constant(shape, places.map { extents[$0] }, type: type)
        }
        guard let floats else { return nil }
        return Constant(shape, places.map { floats[$0] }, type: type, name: name)
    }

    /// The same elements in another shape of as many.
    func reshaped(_ shape: [Int]) -> Constant {
        var copy = self
        copy.shape = shape
        return copy
    }

    /// The same numbers with another type.
    func cast(to type: ElementType) -> Constant? {
        if type.isFloat { return floats.map { Constant(shape, $0, type: type, name: name) } }
        if type == .bool, let ints { return Constant(shape, ints.map { Extent($0 == 0 ? 0 : 1) }, type: type) }
        if let extents { return Constant(shape, extents, type: type) }
        guard let floats else { return nil }
        var whole: [Extent] = []
        for number in floats {
            guard let integer = Int(exactly: number.rounded(.towardZero)) else { return nil }
            whole.append(Extent(type == .bool ? (integer == 0 ? 0 : 1) : integer))
        }
        return Constant(shape, whole, type: type)
    }

    /// The elements with their axes in another order.
    func transposed(_ order: [Int]) -> Constant? {
        let extents = order.map { shape[$0] }
        let strides = strides(of: shape)
        return picking(places(extents, order.map { strides[$0] }), shape: extents)
    }

    /// The elements repeated along axes of extent 1, and before the first, as ONNX's broadcasting does.
    func broadcast(to target: [Int]) -> Constant? {
        guard shape != target else { return self }
        guard target.count >= shape.count else { return nil }
        let padded = Array(repeating: 1, count: target.count - shape.count) + shape
        guard zip(padded, target).allSatisfy({ $0 == $1 || $0 == 1 }) else { return nil }
        let steps = zip(padded, strides(of: padded)).map { $0 == 1 ? 0 : $1 }
        return picking(places(target, steps), shape: target)
    }
}

/// The number of elements of one step along each axis, row-major.
func strides(of shape: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
}

/// The places of elements that are walked through in row-major order, with these steps along the axes.
func places(_ shape: [Int], _ steps: [Int], from start: Int = 0) -> [Int] {
    var places = [start]
    for (extent, step) in zip(shape, steps) {
        var next: [Int] = []
        next.reserveCapacity(places.count * extent)
        for place in places { for index in 0..<extent { next.append(place + index * step) } }
        places = next
    }
    return places
}
