import Interchange
import JSON
import ModelStore
import NN

/// What optimizers remember of the weights of versions, for jobs that begin with these.
extension Store {
    /// What an optimizer can go on with of what a version keeps.
    ///
    /// - Parameters:
    ///   - model: The model's name.
    ///   - name: The version; nil for the model's initial weights.
    ///   - optimizer: The one that is to go on.
    ///   - network: The model's network.
    /// - Returns: The state; nil for nothing.
    /// - Throws: `StoreError.notFound` where there is no such version, `.corrupt` where what it keeps is damaged.
    func optimizerState(
        of model: String,
        _ name: VersionName?,
        _ optimizer: OptimizerConfiguration,
        _ network: Network
    ) throws -> OptimizerState? {
        guard let number = name?.number, let kept = try keptState(of: model, name) else { return nil }
        guard let own = OptimizerConfiguration(kept), optimizer.canGoOn(from: own) else { return nil }
        let tensors = try versions.optimizerState(model: model, number: number)
        let byName = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
        let state = OptimizerState(of: optimizer, for: network, updates: kept.updates) { slot, weight in
            byName["\(slot)/\(weight)"].map { Tensor(Shape($0.shape), $0.values) }
        }
        guard let state else {
            throw StoreError.corrupt(
                "optimizer of \"\(model)\" version \(number): what it remembers is not of the model's weights"
            )
        }
        return state
    }

    /// What a client should know of whether an optimizer goes on with what a version keeps.
    ///
    /// - Parameters:
    ///   - model: The model's name.
    ///   - name: The version; nil for the model's initial weights.
    ///   - optimizer: The one that is to go on.
    ///   - isFork: Whether the job goes on where another one stood, and has that one's state.
    /// - Returns: A sentence, or none.
    /// - Throws: `StoreError`.
    func optimizerNotes(
        of model: String,
        _ name: VersionName?,
        _ optimizer: OptimizerConfiguration,
        isFork: Bool
    ) throws -> [String] {
        guard !isFork, let name, let kept = try keptState(of: model, name) else { return [] }
        let own = OptimizerConfiguration(kept)
        guard let own, optimizer.canGoOn(from: own) else {
            return [
                "the optimizer begins anew: version \(name) keeps the state of \(own?.name ?? "another one"), which \(optimizer.name) with these options can't go on with"
            ]
        }
        return ["the optimizer goes on with the state that version \(name) keeps, behind update \(kept.updates)"]
    }

    /// What a version keeps of an optimizer, for a file.
    ///
    /// - Parameters:
    ///   - model: The model's name.
    ///   - name: The version.
    /// - Returns: The state; nil for nothing.
    /// - Throws: `StoreError.notFound` where there is no such version, `.corrupt` where what it keeps is damaged.
    func keptOptimizer(of model: String, _ name: VersionName) throws -> ImportedOptimizer? {
        guard let number = name.number, let kept = try keptState(of: model, name),
            let optimizer = OptimizerConfiguration(kept)
        else { return nil }
        let tensors = try versions.optimizerState(model: model, number: number).map { tensor in
            WeightsFile.Entry(tensor.name, Tensor(Shape(tensor.shape), tensor.values))
        }
        return ImportedOptimizer(optimizer: optimizer, updates: kept.updates, tensors: tensors)
    }

    private func keptState(of model: String, _ name: VersionName?) throws -> StoredOptimizerState? {
        guard let number = name?.number, number > 0 else { return nil }
        return try versions.find(model: model, number: number).optimizer
    }
}

extension OptimizerConfiguration {
    /// The optimizer that a version tells of; nil where it is not known.
    fileprivate init?(_ state: StoredOptimizerState) {
        guard let document = try? JSONDocument(parsing: state.optimizer) else { return nil }
        var faults = Faults()
        self.init(document.root, &faults)
        guard faults.isEmpty else { return nil }
    }
}
