extension JSONValue {
    /// Converts an array of numbers into `buffer`: nested exactly as `shape` says, or flat with the right count.
    ///
    /// Row-major, one correctly rounded 32-bit float a number, straight from the text; `true` is 1 and `false` 0. A shape of no axes takes a bare
    /// number. What `buffer` holds after a throw is unspecified.
    ///
    /// - Parameters:
    ///   - shape: The extents, outermost first.
    ///   - buffer: As many floats as the product of `shape`.
    /// - Throws: `Fault` with the pointer of the first array of another length, or of the first element that is not a
    ///   number or is too large.
    public func readFloats(shape: [Int], into buffer: UnsafeMutableBufferPointer<Float>) throws(Fault) {
        let volume = shape.reduce(1, *)
        precondition(buffer.count == volume, "the buffer has \(buffer.count) floats, the shape \(volume)")
        guard !shape.isEmpty else {
            buffer[0] = try float()
            return
        }
        guard kind == .array else { throw mismatch("an array of shape \(shape)") }
        if shape.count > 1, count == 0 || self[0]?.kind != .array {
            guard count == volume else {
                throw mismatch("an array of shape \(shape), nested or flat with \(volume) numbers")
            }
            try fill(shape: [volume][...], axis: 0, of: [volume], into: buffer)
        } else {
            try fill(shape: shape[...], axis: 0, of: shape, into: buffer)
        }
    }

    /// Converts a rectangular nest of numbers, whatever its shape; `true` is 1 and `false` 0.
    ///
    /// The shape is that of the first elements; every other array must agree. A bare number has no axes.
    ///
    /// - Returns: The extents, outermost first, and the numbers, row-major.
    /// - Throws: `Fault` with the pointer of the first array whose length differs from its siblings', or of the first
    ///   element that is not a number or is too large.
    public func readTensor() throws(Fault) -> (shape: [Int], values: [Float]) {
        var shape: [Int] = []
        var first: JSONValue? = self
        while let value = first, value.kind == .array {
            shape.append(value.count)
            first = value[0]
        }
        if shape.isEmpty { return ([], [try float()]) }
        // Each number takes a byte at least, so a shape that claims more than the text holds is ragged, and is refused
        // before the room is used up.
        let bytes = document.bytes.count
        let room = shape.contains(0) ? 0 : shape.reduce(1) { $0 > bytes / $1 ? bytes : $0 * $1 }
        var fault: Fault?
        let values = [Float](unsafeUninitializedCapacity: room) { buffer, count in
            let whole = UnsafeMutableBufferPointer(start: buffer.baseAddress, count: room)
            do throws(Fault) {
                count = try fill(shape: shape[...], axis: 0, of: nil, into: whole)
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return (shape, values)
    }

    /// The number at a place, row-major, of an array that `readFloats` or `readTensor` has read.
    ///
    /// - Parameters:
    ///   - place: The place among the numbers.
    ///   - shape: The extents that it was read with.
    /// - Returns: The number; nil where there is none.
    public func number(at place: Int, shape: [Int]) -> JSONValue? {
        guard kind == .array else { return place == 0 ? self : nil }
        guard let first = self[0], first.kind == .array, let extent = shape.first, extent > 0 else {
            return self[place]
        }
        let volume = max(shape.dropFirst().reduce(1, *), 1)
        return self[place / volume]?.number(at: place % volume, shape: Array(shape.dropFirst()))
    }

    /// Fills `buffer` from an array of shape `shape`; `whole`, if known, is what the caller asked for.
    @discardableResult
    private func fill(
        shape: ArraySlice<Int>,
        axis: Int,
        of whole: [Int]?,
        into buffer: UnsafeMutableBufferPointer<Float>
    ) throws(Fault) -> Int {
        guard let extent = shape.first else { return 0 }
        guard kind == .array, count == extent else { throw wrongLength(extent, axis: axis, of: whole) }
        if shape.count == 1 {
            guard buffer.count >= extent else { throw wrongLength(extent, axis: axis, of: whole) }
            try fillRow(buffer)
            return extent
        }
        var filled = 0
        for element in elements {
            let rest = UnsafeMutableBufferPointer(rebasing: buffer[filled...])
            filled += try element.fill(shape: shape.dropFirst(), axis: axis + 1, of: whole, into: rest)
        }
        return filled
    }

    private func wrongLength(_ extent: Int, axis: Int, of whole: [Int]?) -> Fault {
        guard let whole else { return mismatch("an array of \(extent), like those before it") }
        return mismatch("an array of \(extent) (axis \(axis) of the shape \(whole))")
    }

    private func fillRow(_ buffer: UnsafeMutableBufferPointer<Float>) throws(Fault) {
        let count = count
        var begin = 0
        while begin < count {
            let failed = document.bytes.withUnsafeBufferPointer { text in
                document.tape.withUnsafeBufferPointer { tape in
                    DecimalToken.powersOfTen.withUnsafeBufferPointer { powers in
                        let words = UnsafeBufferPointer(rebasing: tape[index + 3 + begin..<index + 3 + count])
                        return begin + Self.fill(.init(rebasing: buffer[begin...]), from: text, at: words, powers)
                    }
                }
            }
            guard failed < count else { return }
            // Every element before the failed one is a number or a truth value, one word of the tape.
            let element = JSONValue(document: document, index: index + 3 + failed)
            guard element.kind == .bool else {
                throw element.mismatch(element.kind == .number ? DecimalToken.floatExpectation : "a number")
            }
            buffer[failed] = element.firstByte == UInt8(ascii: "t") ? 1 : 0
            begin = failed + 1
        }
    }

    /// Converts the numbers at the offsets; the place of the first that is none or is too large, or how many there are.
    private static func fill(
        _ buffer: UnsafeMutableBufferPointer<Float>,
        from text: UnsafeBufferPointer<UInt8>,
        at offsets: UnsafeBufferPointer<UInt32>,
        _ powers: UnsafeBufferPointer<Double>
    ) -> Int {
        guard let first = text.baseAddress else { return 0 }
        let wide = text.count - NumberScan.reach
        for (position, word) in offsets.enumerated() {
            let offset = Int(word)
            let start = first + offset
            guard start[0] &- UInt8(ascii: "0") < 10 || start[0] == UInt8(ascii: "-") else { return position }
            let token = offset <= wide ? DecimalToken(wide: start) : DecimalToken(start)
            let float = DecimalToken.float(at: start, token, powers: powers)
            guard float.isFinite else { return position }
            buffer[position] = float
        }
        return offsets.count
    }
}
