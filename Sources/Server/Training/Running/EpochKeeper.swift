import JSON
import ModelStore
import NN

/// Makes versions of the epochs of one run, as they are saved.
struct EpochKeeper: Sendable {
    /// How many are kept.
    let count: KeptCount
    /// What is trained.
    let network: Network
    /// What the versions have in common, but for metrics and weights.
    let version: KeptVersion

    /// What is to be kept of an epoch.
    struct Order: Sendable {
        let keeper: EpochKeeper
        let epoch: Int
        let metrics: String
    }

    /// What is to be kept of an epoch that is over.
    func order(_ record: EpochRecord) -> Order {
        Order(keeper: self, epoch: record.epoch, metrics: Measurements(record.measurements).jsonText)
    }
}

/// Finds the weights in the pieces of a checkpoint as these come, and what their digest is.
struct KeptWeights {
    private let order: EpochKeeper.Order
    private var tensors: [KeptVersion.Tensor] = []
    private let digest = WeightsDigest()
    private var pieces = 0
    private var offset = 0

    /// Finds the weights of an epoch that is to be kept.
    init(_ order: EpochKeeper.Order) { self.order = order }

    /// Takes in the next piece: the first one is the header, and behind it come the weights in the network's order.
    mutating func take(_ piece: UnsafeRawBufferPointer) {
        let parameters = order.keeper.network.parameters
        if pieces > 0, pieces <= parameters.count {
            let (name, shape) = (parameters[pieces - 1].name, parameters[pieces - 1].shape.extents)
            digest.add(name, shape: shape, values: piece)
            tensors.append(KeptVersion.Tensor(name: name, shape: shape, offset: offset))
        }
        pieces += 1
        offset += piece.count
    }

    /// How the checkpoint is kept, once all pieces have come.
    var rule: KeptRule {
        var version = order.keeper.version
        version.metrics = order.metrics
        version.tensors = tensors
        version.weightsSHA256 = digest.hex
        return KeptRule(epoch: order.epoch, newest: order.keeper.count.limit, version: version)
    }
}
