import JSON

/// A thing that Keras names and configures with arguments: a layer, an initializer, a loss.
protocol Configurable: Sendable, Equatable {
    /// Keras's class name, then every other name that means the same.
    static var names: [String] { get }

    /// Reads the arguments by Keras's names; what is wrong goes to the reader's faults, what is absent gets the default.
    init(reading arguments: inout ObjectReader)

    /// Writes every argument as a field of the object that is being written.
    func write(to json: inout JSONWriter)
}

extension Configurable {
    /// Whether the other is of the same type and has equal arguments.
    func isEqual(to other: any Configurable) -> Bool { (other as? Self) == self }

    /// Nothing to write.
    func write(to json: inout JSONWriter) {}
}
