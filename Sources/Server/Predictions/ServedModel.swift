import Features
import JSON
import ModelStore
import NN
import Platform
import Synchronization

/// A version of a model that answers.
final class ServedModel: Sendable {
    /// The model's name.
    let name: String
    /// Which version of which model it is.
    let identity: VersionIdentity
    /// The words of the classes, where the data that it learned from had words.
    let labels: ClassLabels?
    /// The function that each output's loss applied to logits; nil for an output of none.
    let logitsActivations: [ActivationKind?]
    /// What it takes.
    let inputs: ModelInputs
    /// What computes its answers.
    let served: ServedNetwork
    /// What it has answered.
    let statistics: ServingStatistics

    /// What the model takes of the memory, as long as anybody uses it.
    private let memory: MemoryReservation
    private let generating = Mutex<GeneratingModel?>(nil)
    private let carrying = Mutex<CarryingModel?>(nil)
    /// What was compiled of it for single steps and sessions takes.
    private let stepBytes = Mutex(0)
    /// What answers rows of each size, where they differ in it; nil where they don't.
    let sized: SizedServing?

    init(
        name: String,
        identity: VersionIdentity,
        labels: ClassLabels?,
        logitsActivations: [ActivationKind?],
        front: FrontGraph?,
        served: ServedNetwork,
        statistics: ServingStatistics,
        memory: MemoryReservation
    ) {
        self.memory = memory
        self.name = name
        self.identity = identity
        self.labels = labels
        self.logitsActivations = logitsActivations
        self.served = served
        self.statistics = statistics
        inputs = ModelInputs(served.network, front: front)
        sized = served.network.sized.map { SizedServing(served, $0) }
    }

    /// The version; 0 for the initial weights.
    var version: VersionName { identity.name }

    /// The network that answers.
    var network: Network { served.network }

    /// About how many bytes it takes.
    var bytes: Int {
        served.bytes + (sized?.bytes ?? 0) + stepBytes.withLock { $0 }
    }

    /// Counts what was compiled since as taken.
    func countMemory() { _ = memory.resize(to: bytes) }

    private func count(_ bytes: Int) {
        stepBytes.withLock { $0 += bytes }
        countMemory()
    }

    /// The model as it goes on from its own answers; compiled when it is first asked for.
    ///
    /// - Throws: `FaultyInput` where it can't.
    func generatingModel() throws -> GeneratingModel {
        let (made, isNew) = try generating.withLock { known in
            if let known { return (known, false) }
            let made = try GeneratingModel(self)
            known = made
            return (made, true)
        }
        if isNew { count(made.bytes) }
        return made
    }

    /// The model as it goes on in a session; compiled when it is first asked for.
    ///
    /// - Throws: `FaultyInput` where no layer is stateful.
    func carryingModel() throws -> CarryingModel {
        let (made, isNew) = try carrying.withLock { known in
            if let known { return (known, false) }
            let made = try CarryingModel(network, of: name, served)
            known = made
            return (made, true)
        }
        if isNew { count(made.served.runBytes) }
        return made
    }
}

/// A model whose stateful layers remember from request to request.
struct CarryingModel: Sendable {
    /// `[inputs, states] → [results, states]`.
    let served: ServedNetwork
    /// How many numbers are remembered of a row.
    let stateWidth: Int

    /// Compiles a network with its memory.
    ///
    /// - Parameters:
    ///   - network: The network, perhaps for rows of one size among others.
    ///   - name: The model's name.
    ///   - served: The model's network, whose weights are shared.
    /// - Throws: `FaultyInput` where no layer is stateful, or what keeps it from being compiled.
    init(_ network: Network, of name: String, _ served: ServedNetwork) throws {
        guard let carried = try CarriedNetwork(network) else {
            throw FaultyInput(
                Fault(
                    pointer: "/session",
                    detail:
                        "no layer of \"\(name)\" is stateful, so it remembers nothing; give a recurrent layer \"stateful\": true"
                )
            )
        }
        (self.served, stateWidth) = (try served.with(carried.network), carried.stateWidth)
    }
}
