/// How a file of weights holds a number, by the name that safetensors has for it.
public enum WeightsElement: String, Sendable, CaseIterable {
    /// IEEE 754 of 32 bits, as the engine has them.
    case float32 = "F32"
    /// IEEE 754 of 64 bits.
    case float64 = "F64"
    /// IEEE 754 of 16 bits: 11 significant bits, up to 65,504.
    case float16 = "F16"
    /// The upper half of 32 bits: 8 significant bits, the range of `float32`.
    case bfloat16 = "BF16"

    /// Bytes of one number.
    var size: Int {
        switch self {
        case .float64: 8
        case .float32: 4
        case .float16, .bfloat16: 2
        }
    }

    /// The numbers as 32-bit floats: those of 16 bits exactly, those of 64 rounded to the nearest, infinite past the range.
    ///
    /// - Parameters:
    ///   - bytes: `count` numbers, little-endian.
    ///   - count: How many there are.
    /// - Returns: As many floats.
    func floats(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
        func load<Bits: FixedWidthInteger & BitwiseCopyable>(_ index: Int, _ type: Bits.Type) -> Bits {
            Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: type))
        }
        return [Float](unsafeUninitializedCapacity: count) { values, filled in
            switch self {
            case .float32: UnsafeMutableRawBufferPointer(values).copyBytes(from: bytes)
            case .float64:
                for index in 0..<count {
                    values.initializeElement(at: index, to: Float(Double(bitPattern: load(index, UInt64.self))))
                }
            case .float16:
                for index in 0..<count {
                    values.initializeElement(at: index, to: Float(Float16(bitPattern: load(index, UInt16.self))))
                }
            case .bfloat16:
                for index in 0..<count {
                    values.initializeElement(at: index, to: Float(bitPattern: UInt32(load(index, UInt16.self)) << 16))
                }
            }
            filled = count
        }
    }

    /// Hands out numbers in this form, little-endian, rounded to the nearest, ties to even.
    func withBytes<Failure: Error>(
        of values: [Float],
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        switch self {
        case .float32: try Self.withBytes(values, body)
        case .float64: try Self.withBytes(values.map(Double.init), body)
        case .float16: try Self.withBytes(values.map { Float16($0).bitPattern }, body)
        case .bfloat16: try Self.withBytes(values.map(Self.upperHalf), body)
        }
    }

    /// Whether a number becomes infinite in this form.
    func overflows(_ value: Float) -> Bool {
        switch self {
        case .float32, .float64: false
        case .float16: value.isFinite && Float16(value).isInfinite
        case .bfloat16: value.isFinite && Float(bitPattern: UInt32(Self.upperHalf(value)) << 16).isInfinite
        }
    }

    /// The upper half of a number's bits, rounded to the nearest, ties to even; of NaN another NaN.
    private static func upperHalf(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        if value.isNaN { return UInt16(bits >> 16) | 0x40 }
        return UInt16((bits + 0x7fff + (bits >> 16 & 1)) >> 16)
    }

    private static func withBytes<Element: BitwiseCopyable, Failure: Error>(
        _ values: [Element],
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try values.withUnsafeBufferPointer { (values) throws(Failure) in try body(UnsafeRawBufferPointer(values)) }
    }
}
