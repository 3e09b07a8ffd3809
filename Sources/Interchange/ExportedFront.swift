public import JSON
import NN

/// What stands before the network of a model that is to be written: inputs as clients send them, and layers that prepare
/// these.
public struct ExportedFront: Sendable {
    /// The whole definition with every default, those of the network among its layers.
    public let definition: JSONValue
    /// What its layers have learned or were given, by their names; nil for nothing.
    public let state: JSONValue?

    /// What stands before a network.
    public init(definition: JSONValue, state: JSONValue?) { (self.definition, self.state) = (definition, state) }

    /// All layers of the model.
    var layers: [JSONValue] { definition["layers"]?.elements.map { $0 } ?? [] }

    /// The layers that aren't the network's own, without the inputs.
    func layers(before network: Network) -> [JSONValue] {
        let own = Set(network.definition.layers.filter { $0.type != "InputLayer" }.map(\.name))
        return layers.filter { KerasClasses.name(of: $0) != "InputLayer" && !own.contains(KerasClasses.layerName($0)) }
    }
}
