/// Rows on their way through front layers as bytes, for files that only this process reads.
extension FrontValue {
    /// Appends the row: what its elements are, its extents, its elements; pictures of bytes take a byte an element.
    public func append(to bytes: inout [UInt8]) {
        func append(_ number: Int) { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) } }
        func append<Number>(all numbers: [Number]) { numbers.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        append(FrontType.Element.allCases.firstIndex(of: element) ?? 0)
        append(shape.count)
        append(all: shape)
        append(count)
        switch content {
        case .floats(let numbers): append(all: numbers)
        case .bytes(let numbers): append(all: numbers)
        case .integers(let numbers): append(all: numbers)
        case .strings(let words):
            for word in words {
                append(word.utf8.count)
                bytes.append(contentsOf: word.utf8)
            }
        }
    }

    /// Takes a row from bytes that `append(to:)` wrote; others trap.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - place: Where the row begins; then where it ends.
    public init(from bytes: UnsafeRawBufferPointer, at place: inout Int) {
        func numbers<Number>(_ count: Int, of type: Number.Type) -> [Number] {
            let size = count * MemoryLayout<Number>.stride
            defer { place += size }
            let part = UnsafeRawBufferPointer(rebasing: bytes[place..<place + size])
            return [Number](unsafeUninitializedCapacity: count) { room, filled in
                UnsafeMutableRawBufferPointer(room).copyMemory(from: part)
                filled = count
            }
        }
        func number() -> Int { numbers(1, of: Int.self)[0] }
        let element = FrontType.Element.allCases[number()]
        shape = numbers(number(), of: Int.self)
        let count = number()
        content =
            switch element {
            case .float: .floats(numbers(count, of: Float.self))
            case .byte: .bytes(numbers(count, of: UInt8.self))
            case .integer: .integers(numbers(count, of: Int.self))
            case .string:
                .strings((0..<count).map { _ in String(decoding: numbers(number(), of: UInt8.self), as: UTF8.self) })
            }
    }
}
