/// How a file of weights holds a number, by the name that safetensors has for it.
enum WeightsElement: String, Sendable {
    case float32 = "F32"
    case float64 = "F64"
    case float16 = "F16"
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
}
