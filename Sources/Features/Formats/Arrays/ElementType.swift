/// How one number or word of an IDX or NPY file is stored.
struct ElementType: Sendable, Equatable {
    enum Kind: Sendable {
        case bool, unsigned, signed, float
        /// Words of a fixed number of bytes, filled up with zeros.
        case bytes
        /// Words of a fixed number of 32-bit characters, filled up with zeros.
        case characters
    }

    let kind: Kind
    /// Bytes of one number, 1, 2, 4 or 8, or of one word.
    let size: Int
    let isBigEndian: Bool

    /// Whether every number of this type is whole.
    var isInteger: Bool { kind != .float && !isText }

    /// Whether it holds words.
    var isText: Bool { kind == .bytes || kind == .characters }

    /// The word in the bytes of one; nil where they are no text.
    func word(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard kind == .characters else {
            let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
            return String(validating: bytes[..<end], as: UTF8.self)
        }
        var scalars = (0..<bytes.count / 4).map { place in
            let bits = bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)
            return isBigEndian ? UInt32(bigEndian: bits) : UInt32(littleEndian: bits)
        }
        while scalars.last == 0 { scalars.removeLast() }
        var word = String.UnicodeScalarView()
        for scalar in scalars {
            guard let scalar = Unicode.Scalar(scalar) else { return nil }
            word.append(scalar)
        }
        return String(word)
    }

    /// Converts whole numbers' bytes to the nearest 32-bit floats.
    ///
    /// - Parameters:
    ///   - bytes: As many numbers as `output` has room for.
    ///   - output: The floats; a 64-bit number past their range becomes infinite.
    func convert(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutableBufferPointer<Float>) {
        switch (kind, size) {
        case (.bool, _): for index in output.indices { output[index] = bytes[index] == 0 ? 0 : 1 }
        case (.unsigned, 1): for index in output.indices { output[index] = Float(bytes[index]) }
        case (.unsigned, 2): each(UInt16.self, bytes, output) { Float($0) }
        case (.unsigned, 4): each(UInt32.self, bytes, output) { Float($0) }
        case (.unsigned, _): each(UInt64.self, bytes, output) { Float($0) }
        case (.signed, 1): for index in output.indices { output[index] = Float(Int8(bitPattern: bytes[index])) }
        case (.signed, 2): each(UInt16.self, bytes, output) { Float(Int16(bitPattern: $0)) }
        case (.signed, 4): each(UInt32.self, bytes, output) { Float(Int32(bitPattern: $0)) }
        case (.signed, _): each(UInt64.self, bytes, output) { Float(Int64(bitPattern: $0)) }
        case (.float, 2): each(UInt16.self, bytes, output) { Float(Float16(bitPattern: $0)) }
        case (.float, 4): each(UInt32.self, bytes, output) { Float(bitPattern: $0) }
        case (.float, _): each(UInt64.self, bytes, output) { Float(Double(bitPattern: $0)) }
        case (.bytes, _), (.characters, _): preconditionFailure("words are no numbers")
        }
    }

    /// The whole number at a place, written out, where it isn't the float that it was converted to; nil where it is, or
    /// where it has a fraction.
    func rounded(_ bytes: UnsafeRawBufferPointer, at place: Int, to float: Float) -> String? {
        func load<Bits: FixedWidthInteger & BitwiseCopyable>(_ type: Bits.Type) -> Bits {
            let bits = bytes.loadUnaligned(fromByteOffset: place * MemoryLayout<Bits>.size, as: Bits.self)
            return isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)
        }
        func text<Whole: BinaryInteger>(_ whole: Whole) -> String? {
            Float(exactly: whole) == nil ? "\(whole)" : nil
        }
        switch (kind, size) {
        case (.unsigned, 4): return text(load(UInt32.self))
        case (.unsigned, 8): return text(load(UInt64.self))
        case (.signed, 4): return text(load(Int32.self))
        case (.signed, 8): return text(load(Int64.self))
        case (.float, 8):
            let number = Double(bitPattern: load(UInt64.self))
            return number == number.rounded() && number.isFinite && number != Double(float) ? "\(number)" : nil
        default: return nil
        }
    }

    @inline(__always)
    private func each<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ type: Bits.Type,
        _ bytes: UnsafeRawBufferPointer,
        _ output: UnsafeMutableBufferPointer<Float>,
        _ convert: (Bits) -> Float
    ) {
        for index in output.indices {
            let bits = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
            output[index] = convert(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
        }
    }
}
