public import JSON
public import NN

/// What stands before the network of a model that came out of a file, and what is read of the network once it is known.
public struct ImportedFront: Sendable {
    /// What the layers that prepare data have learned, by their names; nil for nothing.
    public let state: JSONValue?
    private let form: KerasShortForm
    private let read: @Sendable (Network) throws(InterchangeError) -> NetworkContents

    /// What a file holds of a network.
    public struct NetworkContents: Sendable {
        /// Its weights.
        public var weights: [WeightsFile.Entry]
        /// What the optimizer remembers of them; nil for nothing.
        public var state: ImportedOptimizer?
        /// What was left out, a sentence each.
        public var notes: [String]
    }

    init(
        _ form: KerasShortForm,
        state: JSONValue?,
        _ read: @escaping @Sendable (Network) throws(InterchangeError) -> NetworkContents
    ) {
        (self.form, self.state, self.read) = (form, state, read)
    }

    /// What the file holds of the network.
    ///
    /// - Parameter network: The network that the definition gives behind these layers.
    /// - Returns: Weights and what else there is.
    /// - Throws: `InterchangeError` with every tensor that is missing, unknown or of another shape.
    public func contents(for network: Network) throws(InterchangeError) -> NetworkContents { try read(network) }

    /// The faults of the definition, at their places in the file.
    public func placed(_ input: FaultyInput) -> FaultyInput { form.placed(input) }
}
