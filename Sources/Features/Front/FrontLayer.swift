public import JSON

/// A layer before the differentiated part of a model: it takes words, numbers, pictures or sound of one row and gives
/// arrays; it has no gradient.
///
/// Names, arguments, defaults and numbers are Keras 3's (https://keras.io/api/layers/preprocessing_layers).
/// To add one is to add a file, and a line in `FrontLayerRegistry`.
public protocol FrontLayer: Sendable {
    /// Keras's class name, as in `StringLookup`.
    static var name: String { get }

    /// Whether it draws at random while rows are trained on.
    static var isRandom: Bool { get }

    /// Reads the arguments by Keras's names; what is wrong goes to the reader's faults, what is absent gets the default.
    init(reading arguments: inout ObjectReader)

    /// Writes every argument as a field of the object that is being written.
    func write(to json: inout JSONWriter)

    /// What comes out where `inputs` come in.
    ///
    /// - Throws: `FrontError` where the layer can't take them, saying what it takes.
    func output(for inputs: [FrontType]) throws(FrontError) -> FrontType

    /// The layer's result for one row.
    ///
    /// - Throws: `FrontError` where the row can't be taken, in words for the client who sent it.
    func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue
}

extension FrontLayer {
    /// It draws nothing.
    public static var isRandom: Bool { false }
}

/// A front layer that learns from the training rows before the first step (Keras's `adapt`).
public protocol LearningFrontLayer: FrontLayer {
    /// Whether its state is known, because it was given by arguments, learned or restored.
    var hasLearned: Bool { get }

    /// What gathers the rows to learn from.
    func learner(for inputs: [FrontType]) throws(FrontError) -> any FrontLearner

    /// Writes what was learned as fields of the object that is being written, all that `restored(from:)` needs.
    func writeState(to json: inout JSONWriter)

    /// The layer with a state that `writeState` wrote.
    func restored(from state: JSONValue) throws(Fault) -> Self

    /// Writes what clients are shown of it under Keras's names: `vocabulary_size`, `mean`, `variance`, `bin_boundaries`.
    func writeSummary(to json: inout JSONWriter)
}

/// Gathers what one layer learns from; rows come in the order of the data.
public protocol FrontLearner {
    /// Takes one row in.
    mutating func add(_ inputs: [FrontValue]) throws(FrontError)

    /// The layer that has learned.
    ///
    /// - Throws: `FrontError` where there is nothing to learn, as of a column of holes alone.
    consuming func finish() throws(FrontError) -> any LearningFrontLayer
}

/// What is wrong with a row or with the way in which layers are joined; a sentence for the client who sent it.
public struct FrontError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was found, what was expected, and what to do.
    public let description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}
