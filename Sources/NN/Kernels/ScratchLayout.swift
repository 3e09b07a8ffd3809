/// Where the parts of a kernel's scratch memory start.
struct ScratchLayout {
    /// The bytes of all parts so far.
    private(set) var bytes = 0

    /// Room for so many numbers or pointers, 64-byte aligned; gives its offset in bytes.
    mutating func take(_ count: Int, of stride: Int = MemoryLayout<Float>.stride) -> Int {
        defer { bytes += (count * stride + 63) / 64 * 64 }
        return bytes
    }
}

extension UnsafeMutableRawPointer {
    /// The numbers that start so many bytes on.
    func floats(at offset: Int) -> UnsafeMutablePointer<Float> { (self + offset).assumingMemoryBound(to: Float.self) }
}
