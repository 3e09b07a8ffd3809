/// Where the memory of each value lies: in a root of its own, or at an offset of another value's.
struct ValueRoots {
    private var views: [Value: (base: Value, offset: Int)] = [:]

    /// Makes a value a view of another, `offset` elements from its start.
    mutating func makeView(_ value: Value, of operand: Value, offset: Int) {
        let (base, start) = resolve(operand)
        views[value] = (base, start + offset)
    }

    /// The value that owns the memory, and the offset in elements.
    func resolve(_ value: Value) -> (base: Value, offset: Int) { views[value] ?? (value, 0) }

    /// Where a value's numbers lie, by the memory of those that own some.
    func locate(_ value: Value, in pointers: [Value: UnsafeMutablePointer<Float>]) -> UnsafeMutablePointer<Float> {
        let (base, offset) = resolve(value)
        guard let pointer = pointers[base] else { preconditionFailure("value \(base) has no memory") }
        return pointer + offset
    }
}
