import JSON

/// The walk through a definition that gives each layer its shapes and weights, and finds those that don't fit.
struct ShapeInference {
    private let definition: ModelDefinition
    private let limits: Limits
    private var shapes: [Shape?] = []
    private var places: [String: Int] = [:]
    private var parameterCount = 0

    /// What was wrong.
    private(set) var faults = Faults()
    /// The layers with their sources; complete where nothing was wrong, as is what follows.
    private(set) var nodes: [Network.Node] = []
    /// The layers with what was found out about them.
    private(set) var summaries: [LayerSummary] = []
    /// The weights of all layers.
    private(set) var parameters: [Parameter] = []
    /// The numbers in the results of all layers for one sample.
    private(set) var activations = 0

    init(of definition: ModelDefinition, limits: Limits) {
        self.definition = definition
        self.limits = limits
    }

    /// Walks through all layers, and goes on after a fault with those that don't depend on it.
    mutating func run() {
        guard definition.inputShape.volume(upTo: limits.activations) != nil else {
            faults.add(
                "/input_shape",
                "\(definition.inputShape) holds more than \(limits.activations) numbers, the limit"
            )
            return
        }
        for (index, layer) in definition.layers.enumerated() {
            let sources = sources(of: layer, at: index)
            let shape = append(layer, at: index, sources: sources)
            shapes.append(shape)
            places[layer.name] = index
        }
        checkEveryResultIsTaken()
    }

    private func sources(of layer: LayerDefinition, at index: Int) -> [Network.Source] {
        guard let names = layer.inputs else { return [index == 0 ? .input : .layer(index - 1)] }
        return names.map { name in
            guard let place = places[name] else { preconditionFailure("a definition with an input that isn't there") }
            return .layer(place)
        }
    }

    private func shape(of source: Network.Source) -> Shape? {
        switch source {
        case .input: definition.inputShape
        case .layer(let place): shapes[place]
        }
    }

    private mutating func append(_ layer: LayerDefinition, at index: Int, sources: [Network.Source]) -> Shape? {
        let inputs = sources.compactMap(shape(of:))
        guard inputs.count == sources.count else { return nil }
        let pointer = "/layers/\(index)"
        if index > 0, layer.layer is InputLayer {
            faults.add(pointer, "\"\(layer.name)\" is an InputLayer, which only the first layer can be")
            return nil
        }
        let output: Shape
        do throws(ShapeRequirement) {
            output = try layer.layer.outputShape(for: inputs)
        } catch {
            faults.add(pointer, "\"\(layer.name)\" needs \(error.needs), but \(offer(of: sources, inputs))")
            return nil
        }
        guard let volume = output.volume(upTo: limits.activations - activations) else {
            faults.add(
                pointer,
                "\"\(layer.name)\" gives \(output), with which the results of one sample hold more than "
                    + "\(limits.activations) numbers, the limit"
            )
            return nil
        }
        activations += volume
        guard let own = appendParameters(of: layer, inputs: inputs, pointer) else { return output }
        nodes.append(Network.Node(layer: layer.layer, sources: sources, parameters: own))
        summaries.append(
            LayerSummary(
                name: layer.name,
                type: layer.type,
                outputShape: output,
                parameterCount: parameters[own].reduce(0) { $0 + $1.shape.volume },
                operations: layer.layer.operations(inputs: inputs, output: output),
                trainable: layer.trainable
            )
        )
        return output
    }

    private mutating func appendParameters(
        of layer: LayerDefinition,
        inputs: [Shape],
        _ pointer: String
    ) -> Range<Int>? {
        let start = parameters.count
        for parameter in layer.layer.parameters(for: inputs) {
            let named = parameter.of(layer: layer.name, trainable: layer.trainable)
            guard let volume = named.shape.volume(upTo: limits.parameters - parameterCount) else {
                faults.add(
                    pointer,
                    "\"\(named.name)\" would be \(named.shape), with which the model has more than "
                        + "\(limits.parameters) parameters, the limit"
                )
                return nil
            }
            parameterCount += volume
            parameters.append(named)
        }
        return start..<parameters.count
    }

    /// The inputs in words, to stand after "but": `"conv2d" gives [24, 24, 6]`.
    private func offer(of sources: [Network.Source], _ inputs: [Shape]) -> String {
        zip(sources, inputs).map { source, shape in
            switch source {
            case .input: "the input is \(shape)"
            case .layer(let place): "\"\(definition.layers[place].name)\" gives \(shape)"
            }
        }.joined(separator: " and ")
    }

    private mutating func checkEveryResultIsTaken() {
        guard faults.isEmpty else { return }
        var taken = Set([nodes.count - 1])
        for case .layer(let place) in nodes.flatMap(\.sources) { taken.insert(place) }
        for (index, layer) in definition.layers.enumerated() where !taken.contains(index) {
            faults.add(
                "/layers/\(index)",
                "no layer takes the result of \"\(layer.name)\"; name it in another's inputs or leave it out"
            )
        }
    }
}
