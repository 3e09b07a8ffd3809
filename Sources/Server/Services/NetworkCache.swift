import JSON
import ModelStore
import NN
import Synchronization

/// The networks of the models that were asked for lately, so that a definition isn't read again for every request.
///
/// The key is the definition's text, so a model that was deleted and made anew can't be mistaken for the old one.
final class NetworkCache: Sendable {
    private let networks = Mutex<[String: Network]>([:])

    /// How many networks are kept; a network is its shapes, without weights.
    private static let limit = 256

    /// The network of a stored model.
    ///
    /// - Throws: `StoreError.corrupt` where the stored definition can't be read any more.
    func network(of model: StoredModel) throws -> Network {
        if let network = networks.withLock({ $0[model.definition] }) { return network }
        let network: Network
        do {
            let definition = try ModelDefinition(JSONDocument(parsing: model.definition).root)
            network = try Network(definition)
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
