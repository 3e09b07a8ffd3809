/// A named tensor of float32 values, row-major, as little-endian bytes.
public struct StoredTensor: Equatable, Sendable {
    /// The name, unique within a version, such as `dense/kernel`.
    public let name: String
    /// The extents; empty for a scalar.
    public let shape: [Int]
    /// The values, 4 bytes each, as many as the product of the extents.
    public let bytes: [UInt8]

    /// Makes a tensor from raw bytes; `VersionTable.insert` refuses one whose byte count does not fit its shape.
    public init(name: String, shape: [Int], bytes: [UInt8]) {
        self.name = name
        self.shape = shape
        self.bytes = bytes
    }

    /// Makes a tensor from values in row-major order.
    public init(name: String, shape: [Int], values: [Float]) {
        self.init(name: name, shape: shape, bytes: LittleEndianFloats.bytes(of: values))
    }

    /// The values in row-major order.
    public var values: [Float] { LittleEndianFloats.values(of: bytes) }

    /// The number of bytes that the shape calls for, or nil where an extent is negative or the product too large.
    static func byteCount(of shape: [Int]) -> Int? {
        var count = 4
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else { return nil }
            count = product
        }
        return count
    }
}

/// The conversion between floats and their little-endian bytes; a copy on the machines this runs on.
enum LittleEndianFloats {
    static func bytes(of values: [Float]) -> [UInt8] {
        values.withUnsafeBytes { source in
            #if _endian(little)
            Array(source)
            #else
            values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
            #endif
        }
    }

    static func values(of bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { source in
            [Float](unsafeUninitializedCapacity: source.count / 4) { output, initialized in
                for index in 0..<source.count / 4 {
                    let pattern = source.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                    output[index] = Float(bitPattern: UInt32(littleEndian: pattern))
                }
                initialized = source.count / 4
            }
        }
    }
}
