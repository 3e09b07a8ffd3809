/// How one number of an IDX or NPY file is stored.
struct ElementType: Sendable, Equatable {
    enum Kind: Sendable {
        case bool, unsigned, signed, float
    }

    let kind: Kind
    /// Bytes of one number: 1, 2, 4 or 8.
    let size: Int
    let isBigEndian: Bool

    /// Whether every number of this type is whole.
    var isInteger: Bool { kind != .float }

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
