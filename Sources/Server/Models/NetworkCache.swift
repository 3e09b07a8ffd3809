import JSON
import ModelStore
import NN
import Synchronization

/// The networks of the models that were asked for lately, so that a definition isn't read again for every request.
///
/// The key is the definition's text, so a model that was deleted and made anew can't be mistaken for the old one.
final class NetworkCache: Sendable {
    /// How large a new model may be.
    let limits: Limits

    /// How large a stored one may be: a model that was accepted stays when the limits are lowered.
    private let storedLimits: Limits
    private let networks = Mutex<[String: Network]>([:])

    /// How many networks are kept; a network is its shapes, without weights.
    private static let limit = 256

    init(limits: Limits) {
        self.limits = limits
        let greatest = Limits.allowed.upperBound
        storedLimits = Limits(
            parameters: greatest,
            activations: greatest,
            batchActivations: limits.batchActivations
        )
    }

    /// The network of a stored model.
    ///
    /// - Throws: `StoreError.corrupt` where the stored definition can't be read any more.
    func network(of model: StoredModel) throws -> Network {
        if let network = networks.withLock({ $0[model.definition] }) { return network }
        let network: Network
        do {
            let definition = try ModelDefinition(JSONDocument(parsing: model.definition).root)
            network = try Network(definition, limits: storedLimits)
        } catch {
            throw StoreError.corrupt("model \"\(model.name)\": its stored definition can't be read: \(error)")
        }
        networks.withLock { networks in
            if networks.count >= Self.limit { networks.removeAll() }
            networks[model.definition] = network
        }
        return network
    }
}
