/// The digest that names a set of weights: equal digests mean the same names, shapes and bits in the same order.
///
/// SHA-256 over, for each tensor in order: the byte length of the name (u32), the name in UTF-8, the rank (u32), each
/// extent (u64), the values' byte count (u64), the values. Integers are little-endian.
public final class WeightsDigest {
    private let hasher = SHA256()

    /// The digest of no tensors yet.
    public init() {}

    /// Takes in the next tensor.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - shape: Its extents.
    ///   - values: Its float32 values, little-endian.
    public func add(_ name: String, shape: [Int], values: UnsafeRawBufferPointer) {
        let name = Array(name.utf8)
        hasher.update(Self.littleEndian(UInt32(name.count)))
        hasher.update(name)
        hasher.update(Self.littleEndian(UInt32(shape.count)))
        for extent in shape { hasher.update(Self.littleEndian(UInt64(extent))) }
        hasher.update(Self.littleEndian(UInt64(values.count)))
        hasher.update(values)
    }

    /// The digest of what was taken in, 64 hexadecimal digits.
    public var hex: String { hasher.hexadecimal }

    static func hex(_ weights: [StoredTensor]) -> String {
        let digest = WeightsDigest()
        for tensor in weights {
            tensor.bytes.withUnsafeBytes { digest.add(tensor.name, shape: tensor.shape, values: $0) }
        }
        return digest.hex
    }

    /// Throws `.corrupt` where weights are not those that the version was stored with; `label` says whose they are.
    static func verify(_ weights: [StoredTensor], _ version: ModelVersion, label: String) throws(StoreError) {
        let digest = hex(weights)
        guard digest != version.weightsSHA256 else { return }
        throw .corrupt(
            "\(label): their digest is \(digest), expected \(version.weightsSHA256); restore a backup or train the model again"
        )
    }

    private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
