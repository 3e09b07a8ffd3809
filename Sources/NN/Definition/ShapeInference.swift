import JSON

/// The walk through a definition that gives each layer its shapes and weights, and finds those that don't fit.
struct ShapeInference {
    private let definition: ModelDefinition
    private let limits: Limits
    /// The shape of a sample of an input, by its number and what the definition says of it.
    private let size: (Int, OpenShape) -> Shape
    /// Each layer's results, nil where they couldn't be found out.
    private var shapes: [[Shape]?] = []
    private var places: [String: Int] = [:]
    private var parameterCount = 0

    /// What was wrong.
    private(set) var faults = Faults()
    /// The inputs in the order of the layers that take them; complete where nothing was wrong, as is what follows.
    private(set) var inputs: [NetworkInput] = []
    /// The layers with their sources.
    private(set) var nodes: [Network.Node] = []
    /// The layers with what was found out about them.
    private(set) var summaries: [LayerSummary] = []
    /// The weights of all layers.
    private(set) var parameters: [Parameter] = []
    /// What layers learn from the training rows before the first step.
    private(set) var adaptations: [Adaptation] = []
    /// The results that the network gives.
    private(set) var outputs: [Network.Source] = []
    /// The numbers in the results of all layers for one sample.
    private(set) var activations = 0

    /// The results that the network gives, with their shapes; asked where nothing was wrong.
    var outputResults: [NetworkOutput] {
        outputs.map { source in
            guard case .layer(let place, let result) = source, let shape = shape(of: source) else {
                preconditionFailure("a network without its results")
            }
            let layer = definition.layers[place]
            let activation = result == 0 ? layer.layer.activation(ofResult: shape) : .linear
            let name = result == 0 ? layer.name : "\(layer.name):\(result)"
            return NetworkOutput(name: name, shape: shape, activation: activation)
        }
    }

    init(of definition: ModelDefinition, limits: Limits, size: @escaping (Int, OpenShape) -> Shape) {
        self.size = size
        self.definition = definition
        self.limits = limits
    }

    /// Walks through all layers, and goes on after a fault with those that don't depend on it.
    mutating func run() {
        let first = size(0, definition.inputShape)
        guard first.volume(upTo: limits.activations) != nil else {
            faults.add(
                "/input_shape",
                "\(first) holds \(first.estimate(with: 0)) numbers; the limit is "
                    + "\(limits.activations)"
            )
            return
        }
        for (index, layer) in definition.layers.enumerated() {
            let results = sources(of: layer, at: index).flatMap { append(layer, at: index, sources: $0) }
            shapes.append(results)
            places[layer.name] = index
        }
        findOutputs()
        checkEveryResultIsTaken()
    }

    private mutating func sources(of layer: LayerDefinition, at index: Int) -> [Network.Source]? {
        if let input = layer.layer as? InputLayer {
            guard index == 0 || layer.inputs == nil else {
                faults.add("/layers/\(index)/inputs", "\"\(layer.name)\" is an InputLayer, which takes no other layer")
                return nil
            }
            return [newInput(layer.name, index == 0 ? definition.inputShape : input.shape)]
        }
        guard let names = layer.inputs else {
            return [index == 0 ? newInput("input", definition.inputShape) : .layer(index - 1, result: 0)]
        }
        var sources: [Network.Source] = []
        for (number, name) in names.enumerated() {
            guard let source = source(name, at: "/layers/\(index)/inputs/\(number)") else { return nil }
            sources.append(source)
        }
        return sources
    }

    private mutating func newInput(_ name: String, _ shape: OpenShape) -> Network.Source {
        inputs.append(NetworkInput(name: name, shape: size(inputs.count, shape), openShape: shape))
        return .input(inputs.count - 1)
    }

    /// The result of an earlier layer that a name means; nil, and a fault, where the layer hasn't so many.
    private mutating func source(_ name: String, at pointer: String) -> Network.Source? {
        let reference = ResultReference(name)
        guard let place = places[reference.layer] else {
            preconditionFailure("a definition with an input that isn't there")
        }
        if let results = shapes[place], reference.result >= results.count {
            let count = results.count == 1 ? "one result" : "\(results.count) results"
            faults.add(
                pointer,
                "\"\(reference.layer)\" gives \(count), counted from 0; there is no \(reference.result)"
            )
            return nil
        }
        return .layer(place, result: reference.result)
    }

    private func shape(of source: Network.Source) -> Shape? {
        switch source {
        case .input(let number): inputs[number].shape
        case .layer(let place, let result): shapes[place]?[result]
        case .mask: nil
        }
    }

    private mutating func append(_ layer: LayerDefinition, at index: Int, sources: [Network.Source]) -> [Shape]? {
        let inputs = sources.compactMap(shape(of:))
        guard inputs.count == sources.count else { return nil }
        let pointer = "/layers/\(index)"
        let outputs: [Shape]
        do throws(ShapeRequirement) {
            outputs = try layer.layer.outputShapes(for: inputs)
        } catch {
            faults.add(pointer, "\"\(layer.name)\" needs \(error.needs), but \(offer(of: sources, inputs))")
            return nil
        }
        let inner = layer.layer.innerShape(for: inputs)
        for (number, output) in (outputs + (inner.map { [$0] } ?? [])).enumerated() {
            guard let volume = output.volume(upTo: limits.activations - activations) else {
                faults.add(
                    pointer,
                    "\"\(layer.name)\" \(number < outputs.count ? "gives" : "computes") \(output), with which the results "
                        + "of one sample hold "
                        + "\(output.estimate(with: activations)) numbers; the limit is \(limits.activations)"
                )
                return nil
            }
            activations += volume
        }
        let start = parameters.count
        let all: [Int]?
        if let reuse = layer.reuse {
            all = parametersOfReused(reuse, by: layer, inputs: inputs, pointer)
        } else {
            let own = appendParameters(of: layer, inputs: inputs, pointer)
            all = own.flatMap { own in sharedParameters(of: layer).map { $0 + own } }
        }
        guard let all else { return outputs }
        nodes.append(
            Network.Node(
                layer: layer.layer,
                sources: sources,
                parameters: all,
                trainable: layer.trainable,
                activityRegularizer: layer.layer.activityRegularizer ?? layer.activityRegularizer
            )
        )
        if layer.reuse == nil, let rule = layer.layer.adaptation(for: inputs) {
            adaptations.append(Adaptation(layer: layer.name, node: index, rule: rule, firstParameter: start))
        }
        summaries.append(
            LayerSummary(
                name: layer.name,
                type: layer.type,
                outputShape: outputs[0],
                parameterCount: parameters[start...].reduce(0) { $0 + $1.shape.volume },
                operations: layer.layer.operations(inputs: inputs, output: outputs[0]),
                trainable: layer.trainable
            )
        )
        return outputs
    }

    private mutating func appendParameters(
        of layer: LayerDefinition,
        inputs: [Shape],
        _ pointer: String
    ) -> [Int]? {
        let start = parameters.count
        for parameter in layer.layer.parameters(for: inputs) {
            let named = parameter.of(layer: layer.name, trainable: layer.trainable)
            guard let volume = named.shape.volume(upTo: limits.parameters - parameterCount) else {
                faults.add(
                    pointer,
                    "\"\(named.name)\" would be \(named.shape), with which the model has "
                        + "\(named.shape.estimate(with: parameterCount)) parameters; the limit is \(limits.parameters)"
                )
                return nil
            }
            if let needs = named.initializer.source.requirement(for: named.shape) {
                let initializer = Swift.type(of: named.initializer.source).names[0]
                faults.add(
                    pointer,
                    "the initializer \(initializer) needs \(needs), but \"\(named.name)\" is \(named.shape)"
                )
                return nil
            }
            parameterCount += volume
            parameters.append(named)
        }
        return Array(start..<parameters.count)
    }

    /// The table that a layer shares; nil where the layer that has it couldn't be found out about.
    private func sharedParameters(of layer: LayerDefinition) -> [Int]? {
        guard let shares = (layer.layer as? any TableSharing)?.shares else { return [] }
        guard faults.isEmpty, let place = places[shares], let owner = nodes[place].layer as? any TableLayer else {
            return nil
        }
        return [nodes[place].parameters[owner.table.parameter]]
    }

    /// The weights of the layer that is applied again, where they fit these inputs too.
    private mutating func parametersOfReused(
        _ name: String,
        by layer: LayerDefinition,
        inputs: [Shape],
        _ pointer: String
    ) -> [Int]? {
        guard let place = places[name], nodes.indices.contains(place) else { return nil }
        let all = nodes[place].parameters
        let needed = layer.layer.parameters(for: inputs)
        // What stands before its own is a table that it shares, whose shape it has asked of the inputs.
        let own = all.suffix(needed.count).map { parameters[$0] }
        for (parameter, needed) in zip(own, needed)
        where parameter.shape != needed.shape {
            faults.add(
                pointer,
                "\"\(layer.name)\" reuses \"\(parameter.name)\", which is \(parameter.shape), "
                    + "but its inputs need \(needed.shape)"
            )
            return nil
        }
        return all
    }

    /// The inputs in words, to stand after "but": `"conv2d" gives [24, 24, 6]`.
    private func offer(of sources: [Network.Source], _ inputs: [Shape]) -> String {
        zip(sources, inputs).map { source, shape in
            switch source {
            case .input: "the input is \(shape)"
            case .layer(let place, _), .mask(let place, _): "\"\(definition.layers[place].name)\" gives \(shape)"
            }
        }.joined(separator: " and ")
    }

    private mutating func findOutputs() {
        guard let names = definition.outputs else {
            outputs = [.layer(definition.layers.count - 1, result: 0)]
            return
        }
        var seen: [ResultReference] = []
        for (index, name) in names.enumerated() {
            let reference = ResultReference(name)
            if seen.contains(reference) { faults.add("/outputs/\(index)", "\"\(name)\" is listed twice") }
            seen.append(reference)
            if let source = source(name, at: "/outputs/\(index)") { outputs.append(source) }
        }
    }

    private mutating func checkEveryResultIsTaken() {
        guard faults.isEmpty else { return }
        var taken: Set<Int> = []
        for case .layer(let place, _) in nodes.flatMap(\.sources) + outputs { taken.insert(place) }
        for (index, layer) in definition.layers.enumerated() where !taken.contains(index) {
            faults.add(
                "/layers/\(index)",
                "no layer takes the result of \"\(layer.name)\"; name it in another's inputs or leave it out"
            )
        }
    }
}
