import JSON
import NN

/// The weights of a layer, or how they differ from another version's.
struct KernelsInspection: InspectionView {
    static let name = "kernels"
    static let sample = SampleNeed.none
    static let hasPicture = true

    private let layer: String
    /// One of the layer's tensors; nil for all.
    private let tensor: String?
    /// The version that is subtracted.
    let compared: VersionReference?

    init(reading reader: inout ObjectReader) {
        layer = reader.string("layer")
        tensor = reader.optionalString("tensor")
        compared = reader.optionalVersion("minus")
    }

    func look(into subject: InspectedSubject, _ control: InspectionControl) throws -> InspectionAnswer {
        let network = subject.network
        let fitting = network.layers.indices.filter { !network.parameters(ofLayer: $0).isEmpty }
        let place = try subject.place(of: layer, at: "/layer", among: fitting, kind: "a layer with weights")
        let own = network.parameters(ofLayer: place)
        let chosen = try own.filter { try matches(network.parameters[$0].name, among: own, network) }
        var found: [(name: String, axes: [String], tensor: Tensor, norm: Double?)] = []
        for place in chosen {
            let parameter = network.parameters[place]
            var tensor = try control.measure { subject.weights.tensor(place) }
            var norm: Double?
            if let other = subject.compared {
                let numbers = try control.measure { try Self.tensor(parameter.name, tensor.shape, of: other) }
                tensor = Tensor(tensor.shape, zip(tensor.values, numbers.values).map { $0 - $1 })
                norm = tensor.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            }
            let axes = KernelAxes.names(
                of: parameter.name,
                shape: parameter.shape,
                in: network.layers[owner(of: parameter, network)].type
            )
            found.append((parameter.name, axes, tensor, norm))
        }
        let documents = found.map { tensor in
            InspectionArray(
                [("name", tensor.name), ("axes", tensor.axes)] + (tensor.norm.map { [("norm", Float($0))] } ?? []),
                tensor.tensor
            )
        }
        return InspectionAnswer(
            cost: .init(mode: .none, passes: 0, operations: 0, milliseconds: control.milliseconds),
            members: [("layer", .plain(layer)), ("tensors", .arrayed(InspectionArrays(documents)))],
            arrays: found.map { ($0.name, $0.tensor) },
            picture: { [found] in Picture(try found.map { try Picture.Panel(weights: $0.tensor) }) }
        )
    }

    /// The layer that a weight belongs to by its name, or the one that was asked for.
    private func owner(of parameter: NN.Parameter, _ network: Network) -> Int {
        let owner = parameter.name.split(separator: "/").first.map(String.init) ?? layer
        return network.place(ofLayer: owner) ?? network.place(ofLayer: layer) ?? 0
    }

    private func matches(_ name: String, among places: [Int], _ network: Network) throws -> Bool {
        guard let tensor else { return true }
        let known = places.map { network.parameters[$0].name }
        let short = known.map { name in name.split(separator: "/", maxSplits: 1).last.map(String.init) ?? name }
        guard known.contains(tensor) || short.contains(tensor) else {
            throw FaultyInput(Fault(pointer: "/tensor", detail: Suggestion.unknown("tensor", tensor, known: short)))
        }
        return name == tensor || name.split(separator: "/", maxSplits: 1).last.map(String.init) == tensor
    }

    private static func tensor(_ name: String, _ shape: Shape, of model: ServedModel) throws -> Tensor {
        guard let place = model.network.parameters.firstIndex(where: { $0.name == name }),
            model.network.parameters[place].shape == shape
        else {
            throw FaultyInput(
                Fault(
                    pointer: "/minus",
                    detail: "version \(model.version) has no tensor \"\(name)\" of \(shape), so there is no difference"
                )
            )
        }
        return model.served.weights.tensor(place)
    }
}

/// What the axes of weights are.
enum KernelAxes {
    /// The names of a tensor's axes.
    ///
    /// - Parameters:
    ///   - name: The tensor's, as in `conv2d/kernel`.
    ///   - shape: Its extents.
    ///   - type: The class of its layer.
    /// - Returns: One name an axis.
    static func names(of name: String, shape: Shape, in type: String) -> [String] {
        let own = name.split(separator: "/").last.map(String.init) ?? name
        let space = ["depth", "height", "width"]
        func windows(_ last: [String]) -> [String] {
            let count = shape.rank - last.count
            return (count == 1 ? ["step"] : Array(space.suffix(count))) + last
        }
        switch (own, shape.rank) {
        case ("depthwise_kernel", 3...): return windows(["input", "multiplier"])
        case ("kernel", 3...) where type == "DepthwiseConv2D": return windows(["input", "multiplier"])
        case ("kernel", 3...) where type == "Conv2DTranspose": return windows(["filter", "input"])
        case (_, 3...) where type.contains("Conv"): return windows(["input", "filter"])
        case ("recurrent_kernel", 2): return ["state", "gate unit"]
        case ("kernel", 2):
            return ["input", ["GRU", "LSTM", "Bidirectional", "RNN"].contains(type) ? "gate unit" : "unit"]
        case ("bias", 2): return ["bias", "gate unit"]
        case ("bias", 1) where type.contains("Conv"): return ["filter"]
        case ("bias", 1): return ["unit"]
        case (let own, 2) where own.contains("embeddings"): return ["index", "feature"]
        case (_, 1): return ["channel"]
        case (_, let rank): return (0..<rank).map { "axis \($0)" }
        }
    }
}
