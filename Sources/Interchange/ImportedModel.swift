public import JSON
public import NN

/// A model as it came out of a file of another framework.
public struct ImportedModel: Sendable {
    /// The name that the file gives it, which may be one that is not allowed here; nil for none.
    public var name: String?
    /// The definition in this program's own form, as a client would post it.
    public var definition: JSONValue
    /// The defaults of a training, as a client would post them; nil for none.
    public var compile: JSONValue?
    /// Its weights under this program's names, as in `dense/kernel`; nil where the file has none.
    public var weights: [WeightsFile.Entry]?
    /// What stands before the network, where anything does; the weights are read by it then, once the network is known.
    public var front: ImportedFront?
    /// What the optimizer of `compile` remembers of the weights; nil for nothing.
    public var state: ImportedOptimizer?
    /// What the file says that is not needed and was left out, a sentence each.
    public var notes: [String]

    /// A model of these parts.
    public init(
        name: String?,
        definition: JSONValue,
        compile: JSONValue? = nil,
        weights: [WeightsFile.Entry]?,
        front: ImportedFront? = nil,
        state: ImportedOptimizer? = nil,
        notes: [String]
    ) {
        self.name = name
        self.definition = definition
        self.compile = compile
        self.weights = weights
        self.front = front
        self.state = state
        self.notes = notes
    }
}

/// What an optimizer remembers, as it stands in a file.
public struct ImportedOptimizer: Sendable {
    /// The optimizer.
    public let optimizer: OptimizerConfiguration
    /// How many updates there were.
    public let updates: Int
    /// What it remembers, under the names of a slot and a weight each, as in `momentum/dense/kernel`.
    public let tensors: [WeightsFile.Entry]

    /// What an optimizer remembers after so many updates.
    public init(optimizer: OptimizerConfiguration, updates: Int, tensors: [WeightsFile.Entry]) {
        (self.optimizer, self.updates, self.tensors) = (optimizer, updates, tensors)
    }
}
