/// What a `TensorProto` says; its numbers stay where they lie until they are wanted.
struct ONNXTensor {
    /// Its name, where it is an initializer.
    var name = ""
    /// The extents.
    var dims: [Int] = []
    /// The number of the type of its elements.
    var type = 0
    /// Where its numbers lie in the file as they are in memory.
    var raw: Range<Int>?
    /// Its numbers where they are a list of floats.
    var floats: [Float] = []
    /// Its numbers where they are a list of integers, or of the bits of 16-bit floats.
    var ints: [Int] = []
    /// What is told of numbers that lie in another file: `location`, `offset`, `length`.
    var external: [String: String] = [:]
    /// Whether its numbers lie in another file.
    var isExternal = false

    /// The most axes of a constant.
    static let greatestRank = 16

    /// Reads a tensor.
    init(_ message: WireMessage) throws(InterchangeError) {
        var message = message
        while let (field, value) = try message.next() {
            switch field {
            case 1: try message.append(value, to: &dims)
            case 2: type = try message.int(value)
            case 4: try message.append(value, to: &floats)
            case 5, 7, 11: try message.append(value, to: &ints)
            case 8: name = try message.text(value)
            case 9: raw = try message.range(value)
            case 10: try message.appendDoubles(value, to: &floats)
            case 13:
                let (key, value) = try Self.entry(message.message(value))
                external[key] = value
            case 14: isExternal = try message.int(value) == 1
            default: break
            }
        }
    }

    private static func entry(_ message: WireMessage) throws(InterchangeError) -> (String, String) {
        var (message, key, text) = (message, "", "")
        while let (field, value) = try message.next() {
            switch field {
            case 1: key = try message.text(value)
            case 2: text = try message.text(value)
            default: break
            }
        }
        return (key, text)
    }

    /// The number of elements, or why the extents are none.
    func volume() throws(Refusal) -> Int {
        guard dims.count <= Self.greatestRank else { throw Refusal("\(dims.count) axes; expected at most 16") }
        var volume = 1
        for extent in dims {
            guard extent >= 0 else { throw Refusal("the extents \(dims), of which one is negative") }
            let (product, overflow) = volume.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= 1 << 31 else {
                throw Refusal("the extents \(dims), more than 2,147,483,648 numbers")
            }
            volume = product
        }
        return volume
    }
}

/// Why something can't be read or written, to stand behind the name of what it is.
struct Refusal: Error {
    /// The reason in words.
    let reason: String

    /// A reason.
    init(_ reason: String) { self.reason = reason }
}
