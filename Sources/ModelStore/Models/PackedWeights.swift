/// Weights made ready for the database: hashed and compressed before a transaction begins, so that it stays short.
struct PackedWeights: Sendable {
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
    init(_ weights: [StoredTensor]) throws(StoreError) {
        var names: Set<String> = []
        var tensors: [Tensor] = []
        for tensor in weights {
            guard StoredTensor.byteCount(of: tensor.shape) == tensor.bytes.count else {
                throw .invalid(
                    "tensor \(NameRule.quoted(tensor.name)): \(tensor.bytes.count) bytes do not fit shape \(tensor.shape) "
                        + "of 4-byte values"
                )
            }
            guard names.insert(tensor.name).inserted else {
                throw .invalid("tensor \(NameRule.quoted(tensor.name)): the name occurs twice in one version")
            }
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
        digest = WeightsDigest.hex(weights)
    }
}
