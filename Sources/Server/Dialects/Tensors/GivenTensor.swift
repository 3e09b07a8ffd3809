import JSON

/// A tensor that a client sent, not converted yet.
struct GivenTensor: Sendable {
    /// Where the elements are.
    enum Source: Sendable {
        /// In JSON, nested in any way.
        case json(JSONValue)
        /// In bytes of the body, little-endian and row-major.
        case binary(Range<Int>)
    }

    /// The name of the input.
    let name: String
    /// Where the client's words about it stand, as a JSON pointer.
    let pointer: String
    /// What the elements are.
    let datatype: TensorDatatype
    /// The extents, rows first.
    let shape: [Int]
    /// The elements.
    let source: Source

    /// How many elements there are.
    var volume: Int { shape.reduce(1, *) }

    /// A fault of the tensor.
    func fault(_ detail: String) -> Fault { Fault(pointer: pointer, detail: detail) }

    /// Writes the numbers.
    ///
    /// - Parameters:
    ///   - body: The bytes that the client sent.
    ///   - numbers: Room for as many numbers as there are elements.
    /// - Throws: `Fault` for elements that are no numbers, or more or fewer than the shape tells.
    func read(of body: UnsafeRawBufferPointer, into numbers: UnsafeMutableBufferPointer<Float>) throws(Fault) {
        switch source {
        case .binary(let range):
            datatype.convert(UnsafeRawBufferPointer(rebasing: body[range]), into: numbers)
        case .json(let data):
            var place = 0
            try read(data, into: numbers, &place)
            guard place == numbers.count else { throw wrongCount(data, place) }
        }
    }

    private func read(
        _ data: JSONValue,
        into numbers: UnsafeMutableBufferPointer<Float>,
        _ place: inout Int
    ) throws(Fault) {
        guard data.kind == .array else {
            guard place < numbers.count else { throw wrongCount(data, place + 1) }
            numbers[place] = try datatype.number(data)
            place += 1
            return
        }
        let isFlat = data.count > 0 && data[0]?.kind != .array
        if isFlat, datatype.integers == nil, datatype != .bool {
            guard data.count <= numbers.count - place else { throw wrongCount(data, place + data.count) }
            let room = UnsafeMutableBufferPointer(rebasing: numbers[place..<place + data.count])
            try data.readFloats(shape: [data.count], into: room)
            place += data.count
            return
        }
        for element in data.elements { try read(element, into: numbers, &place) }
    }

    private func wrongCount(_ data: JSONValue, _ count: Int) -> Fault {
        let found = count > volume ? "more than \(volume)" : "\(count)"
        return Fault(pointer: data.pointer, detail: "\(found) values, the shape \(shape) needs \(volume)")
    }

    /// The bytes of each element, which JSON has as texts.
    ///
    /// - Parameter body: The bytes that the client sent.
    /// - Returns: The bytes of each.
    /// - Throws: `Fault` for more or fewer elements than the shape tells, or JSON that is no text.
    func elements(of body: [UInt8]) throws(Fault) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        switch source {
        case .json(let data):
            func collect(_ value: JSONValue) throws(Fault) {
                guard value.kind == .array else { return elements.append(Array(try value.string().utf8)) }
                for element in value.elements { try collect(element) }
            }
            try collect(data)
            guard elements.count == volume else { throw wrongCount(data, elements.count) }
        case .binary(let range):
            var place = range.lowerBound
            while place < range.upperBound {
                guard place + 4 <= range.upperBound else { throw fault("the last element ends within its length") }
                let length = (0..<4).reduce(0) { $0 | Int(body[place + $1]) << (8 * $1) }
                place += 4
                guard length <= range.upperBound - place else {
                    throw fault(
                        "element \(elements.count) claims \(length) bytes, and \(range.upperBound - place) are left"
                    )
                }
                elements.append(Array(body[place..<place + length]))
                place += length
            }
            guard elements.count == volume else {
                throw fault("\(elements.count) elements, the shape \(shape) needs \(volume)")
            }
        }
        return elements
    }
}
