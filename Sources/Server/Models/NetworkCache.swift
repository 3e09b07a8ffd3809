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
    private let models = Mutex<[String: DefinedModel]>([:])

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

    /// The network of a stored model, whose front has learned nothing.
    ///
    /// - Throws: `StoreError.corrupt` where the stored definition can't be read any more.
    func network(of model: StoredModel) throws -> Network { try self.model(of: model).network }

    /// A stored model.
    ///
    /// - Parameters:
    ///   - model: As it is stored.
    ///   - state: What its front has learned, as a version has it; nil for nothing.
    /// - Returns: The model.
    /// - Throws: `StoreError.corrupt` where the stored definition can't be read any more.
    func model(of model: StoredModel, state: String? = nil) throws -> DefinedModel {
        let key = state.map { "\(model.definition)\n\($0)" } ?? model.definition
        if let known = models.withLock({ $0[key] }) { return known }
        let defined: DefinedModel
        do {
            defined = try DefinedModel(
                JSONDocument(parsing: model.definition).root,
                state: state.map { try JSONDocument(parsing: $0).root },
                limits: storedLimits
            )
        } catch {
            throw StoreError.corrupt("model \"\(model.name)\": its stored definition can't be read: \(error)")
        }
        models.withLock { models in
            if models.count >= Self.limit { models.removeAll() }
            models[key] = defined
        }
        return defined
    }
}
