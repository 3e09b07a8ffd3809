/// The digest that names a set of weights: equal digests mean the same names, shapes and bits in the same order.
///
/// SHA-256 over, for each tensor in order: the byte length of the name (u32), the name in UTF-8, the rank (u32), each
/// extent (u64), the values' byte count (u64), the values. Integers are little-endian.
enum WeightsDigest {
    static func hex(_ weights: [StoredTensor]) -> String {
        let hasher = SHA256()
        for tensor in weights {
            let name = Array(tensor.name.utf8)
            hasher.update(littleEndian(UInt32(name.count)))
            hasher.update(name)
            hasher.update(littleEndian(UInt32(tensor.shape.count)))
            for extent in tensor.shape { hasher.update(littleEndian(UInt64(extent))) }
            hasher.update(littleEndian(UInt64(tensor.bytes.count)))
            hasher.update(tensor.bytes)
        }
        return hasher.hexadecimal
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
