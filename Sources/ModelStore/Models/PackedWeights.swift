/// Weights made ready for the database: hashed and compressed before a transaction begins, so that it stays short.
public struct PackedWeights: Sendable {
    /// A tensor as it lies in the database.
    struct Tensor: Sendable {
        let name: String
        let shape: [Int]
        let hash: [UInt8]
        let packed: PackedBytes
    }

    let tensors: [Tensor]
    let digest: String
    var rawCount: Int { tensors.reduce(0) { $0 + $1.packed.rawCount } }

    /// Checks and packs weights; throws `.invalid` for a byte count that differs from the shape, or a name used twice.
    init(_ weights: [StoredTensor]) throws(StoreError) { try self.init(count: weights.count) { weights[$0] } }

    /// Takes weights one after another, so that all are held twice at no time.
    ///
    /// - Parameters:
    ///   - count: How many there are.
    ///   - tensor: Gives one, and may give its own copy up.
    /// - Throws: `StoreError.invalid` for a byte count that differs from the shape, or a name used twice.
    public init(count: Int, _ tensor: (Int) -> StoredTensor) throws(StoreError) {
        var names: Set<String> = []
        var tensors: [Tensor] = []
        let digest = WeightsDigest()
        for place in 0..<count {
            let tensor = tensor(place)
            guard StoredTensor.byteCount(of: tensor.shape) == tensor.bytes.count else {
                throw .invalid(
                    "tensor \(NameRule.quoted(tensor.name)): \(tensor.bytes.count) bytes do not fit shape \(tensor.shape) "
                        + "of 4-byte values"
                )
            }
            guard names.insert(tensor.name).inserted else {
                throw .invalid("tensor \(NameRule.quoted(tensor.name)): the name occurs twice in one version")
            }
            tensor.bytes.withUnsafeBytes { digest.add(tensor.name, shape: tensor.shape, values: $0) }
            tensors.append(
                Tensor(
                    name: tensor.name,
                    shape: tensor.shape,
                    hash: SHA256.digest(of: tensor.bytes),
                    packed: PackedBytes(packing: tensor.bytes)
                )
            )
        }
        self.tensors = tensors
        self.digest = digest.hex
    }
}
