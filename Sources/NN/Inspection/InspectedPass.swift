/// The forward pass of a network that answers, in a graph, with what each layer gave on the way.
struct InspectedPass {
    /// The graph, to which the views append what they ask for.
    var graph: Graph
    /// The network.
    let network: Network
    /// The rows.
    let rows: Int
    /// The inputs, `[rows]` and their shape.
    let inputs: [Value]
    /// The weights.
    let parameters: [Value]
    /// What each layer gave.
    let results: [LayerResults]
    /// The network's results.
    let outputs: [AppliedOutput]
    /// What stands in the place of a layer's first result; nil where none is replaced.
    let replacement: Value?

    /// Appends a forward pass to an empty graph.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - rows: How many rows go at once.
    ///   - replaced: The layer whose first result is given rather than computed; nil for none.
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    init(_ network: Network, rows: Int = 1, replacing replaced: Int? = nil) throws(ShapeError) {
        var graph = Graph()
        var inputs: [Value] = []
        for input in network.inputs { inputs.append(try graph.input(input.name, shape: input.shape.batched(rows))) }
        var parameters: [Value] = []
        for parameter in network.parameters {
            parameters.append(try graph.input(parameter.name, shape: parameter.shape))
        }
        var given: [Int: Value] = [:]
        if let replaced {
            given[replaced] = try graph.input("replaced", shape: network.layers[replaced].outputShape.batched(rows))
        }
        let whole = try network.appendWhole(
            to: &graph,
            inputs: inputs,
            parameters: parameters,
            mode: .inference,
            replacing: given
        )
        (self.graph, self.network, self.rows) = (graph, network, rows)
        (self.inputs, self.parameters, results) = (inputs, parameters, whole.results)
        (outputs, replacement) = (whole.applied.outputs, replaced.flatMap { given[$0] })
    }
}

extension Network {
    /// A row's numbers, parted by the inputs.
    ///
    /// - Parameters:
    ///   - row: The numbers, one input after the other.
    ///   - rows: How often each is repeated.
    /// - Returns: One list an input.
    func parted(_ row: [Float], rows: Int = 1) -> [[Float]] {
        var begin = 0
        return inputs.map { input in
            let end = begin + input.shape.volume
            defer { begin = end }
            return Array(repeatElement(row[begin..<end], count: rows).joined())
        }
    }

    /// The place of a layer; nil where there is none of that name.
    public func place(ofLayer name: String) -> Int? { layers.firstIndex { $0.name == name } }

    /// The places of a layer's weights among the network's.
    public func parameters(ofLayer place: Int) -> [Int] { nodes[place].parameters }
}
