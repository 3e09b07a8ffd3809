import JSON

/// What an optimizer remembers of a new version's weights.
public struct NewOptimizerState: Equatable, Sendable {
    /// The optimizer as a JSON text.
    public let optimizer: String
    /// How many updates there were.
    public let updates: Int
    /// What it remembers, `SLOT/WEIGHT` each.
    public let tensors: [StoredTensor]

    /// Describes what an optimizer remembers.
    public init(optimizer: String, updates: Int, tensors: [StoredTensor]) {
        (self.optimizer, self.updates, self.tensors) = (optimizer, updates, tensors)
    }
}

/// What a version says of what an optimizer remembers of its weights.
public struct StoredOptimizerState: Equatable, Sendable {
    /// The optimizer as a JSON text.
    public let optimizer: String
    /// How many updates there were.
    public let updates: Int
    /// The digest of the tensors.
    let digest: String

    init(_ new: NewOptimizerState, digest: String) {
        (optimizer, updates, self.digest) = (new.optimizer, new.updates, digest)
    }

    /// Reads what `text` gave; nil for anything else.
    init?(reading text: String) {
        guard let root = try? JSONDocument(parsing: text).root, let optimizer = root["optimizer"],
            let updates = try? root["updates"]?.int(in: 0...Int.max), let digest = try? root["sha256"]?.string()
        else { return nil }
        (self.optimizer, self.updates, self.digest) = (optimizer.source, updates, digest)
    }

    /// As a JSON text.
    var text: String {
        var json = JSONWriter()
        json.object { json in
            if let document = try? JSONDocument(parsing: optimizer) { json.field("optimizer", document.root) }
            json.field("updates", updates)
            json.field("sha256", digest)
        }
        return json.text
    }

    /// Throws `.corrupt` where tensors are not those that the version was stored with; `label` says whose they are.
    func verify(_ tensors: [StoredTensor], label: String) throws(StoreError) {
        guard WeightsDigest.hex(tensors) != digest else { return }
        throw .corrupt("\(label): what its optimizer remembers is damaged; restore a backup, or import the model again")
    }
}

/// All tensors of a new version, packed before the transaction begins.
struct PackedVersion: Sendable {
    let weights: PackedWeights
    let state: PackedWeights?
    let optimizer: StoredOptimizerState?

    /// Checks and packs; throws `.invalid` for a byte count that differs from the shape, or a name used twice.
    init(_ new: NewVersion) throws(StoreError) {
        if let packed = new.packed { weights = packed } else { weights = try PackedWeights(new.weights) }
        guard let remembered = new.optimizer else {
            (state, optimizer) = (nil, nil)
            return
        }
        let packed = try PackedWeights(remembered.tensors)
        (state, optimizer) = (packed, StoredOptimizerState(remembered, digest: packed.digest))
    }
}
