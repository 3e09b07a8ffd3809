import JSON
import NN

extension GraphWriter {
    mutating func writeEmbedding(_ layer: ExportedLayer) throws(Refusal) {
        let name = layer.name
        switch layer.type {
        case "Embedding":
            let table = weight(layer.prefix + "embeddings", try tensor(layer, "embeddings"))
            set(name, add("Gather", [table, try indices(layer)], name: name, ["axis": .int(0)]), shape: layer.shape)
        case "TokenAndPositionEmbedding":
            let table = weight(
                layer.prefix + "token_embedding/embeddings",
                try tensor(layer, "token_embedding/embeddings")
            )
            let tokens = add("Gather", [table, try indices(layer)], name: "\(name)/tokens", ["axis": .int(0)])
            let places = try placed(layer, "position_embedding/embeddings", steps: layer.shape.count - 2)
            set(name, add("Add", [tokens, places], name: name), shape: layer.shape)
        case "PositionEmbedding":
            let places = try placed(layer, "embeddings", steps: layer.shape.count - 2)
            values[name] = Written(
                variants: [(Array(0...layer.shape.count), places)],
                shape: layer.shape,
                isConstant: true
            )
        case "SinePositionEncoding":
            guard let shape = layer.shape.known else { throw Refusal("a number of steps that is open") }
            let numbers = try Self.probe(layer, shape, Array(repeating: 0, count: shape.reduce(1, *)))
            let table = floats(Array(numbers.suffix(shape.suffix(2).reduce(1, *))), shape: Array(shape.suffix(2)))
            values[name] = Written(variants: [(Array(0...shape.count), table)], shape: layer.shape, isConstant: true)
        case "RotaryEmbedding": try writeRotary(layer)
        default:
            let x = try take(layer.inputs[0])
            let rank = layer.shape.count
            // A step counts where any number of it is another.
            let same = add("Equal", [x, scalar(layer.number("mask_value"))], name: "\(name)/same")
            let other = add(
                "Cast",
                [add("Not", [same], name: "\(name)/other")],
                name: "\(name)/others",
                ["to": .int(1)]
            )
            let counts = try reduce("ReduceMax", other, [rank], keeps: true, "\(name)/counts")
            set(name, add("Mul", [x, counts], name: name), shape: layer.shape)
        }
    }

    private mutating func indices(_ layer: ExportedLayer) throws(Refusal) -> String {
        add(
            "Cast",
            [try take(layer.inputs[0])],
            name: "\(layer.name)/indices",
            ["to": .int(ElementType.int64.rawValue)]
        )
    }

    private mutating func placed(_ layer: ExportedLayer, _ name: String, steps axis: Int) throws(Refusal) -> String {
        let table = try tensor(layer, name)
        guard let steps = layer.shape[axis] else { throw Refusal("a number of steps that is open") }
        let rows = Tensor([steps, table.shape[1]], Array(table.values.prefix(steps * table.shape[1])))
        return weight(layer.prefix + name, rows)
    }

    /// What the layer alone gives for a sample.
    private static func probe(_ layer: ExportedLayer, _ shape: [Int], _ input: [Float]) throws(Refusal) -> [Float] {
        var json = JSONWriter()
        json.object { json in
            json.field("name", "probe")
            json.field("input_shape", shape)
            json.key("layers")
            json.array { json in
                json.object { json in
                    for (key, value) in layer.arguments.members where key != "inputs" { json.field(key, value) }
                }
            }
        }
        do {
            let network = try Network(ModelDefinition(JSONDocument(parsing: json.bytes).root))
            let worker = InferenceModel(
                try InferencePlans(network, greatestBucket: 1),
                weights: network.initialWeights()
            ).makeWorker()
            return try worker.predict(Tensor(Shape([1] + shape), input)).values
        } catch {
            throw Refusal("\(error)")
        }
    }

    /// The features turned in pairs: the numbers times cosines, and those of the other half times sines.
    private mutating func writeRotary(_ layer: ExportedLayer) throws(Refusal) {
        guard let shape = layer.shape.known else { throw Refusal("an open extent") }
        let rank = shape.count + 1
        let given = layer.int("feature_axis", -1)
        let axis = given < 0 ? given + rank : given
        let count = shape.reduce(1, *)
        let (extent, step) = (shape[axis - 1], strides(of: shape)[axis - 1])
        let isFirst = (0..<count).map { $0 / step % extent < extent / 2 }
        // Ones in one half show the cosines there and the sines in the other.
        let first = try Self.probe(layer, shape, isFirst.map { $0 ? 1 : 0 })
        let second = try Self.probe(layer, shape, isFirst.map { $0 ? 0 : 1 })
        let cosines = floats(isFirst.indices.map { isFirst[$0] ? first[$0] : second[$0] }, shape: shape)
        let sines = floats(isFirst.indices.map { isFirst[$0] ? second[$0] : first[$0] }, shape: shape)
        let (x, name) = (try take(layer.inputs[0]), layer.name)
        let low = add("Slice", [x, ints([0]), ints([extent / 2]), ints([axis])], name: "\(name)/first")
        let high = add("Slice", [x, ints([extent / 2]), ints([extent]), ints([axis])], name: "\(name)/second")
        let turned = add("Concat", [high, low], name: "\(name)/turned", ["axis": .int(axis)])
        let one = add("Mul", [x, cosines], name: "\(name)/cosine")
        let two = add("Mul", [turned, sines], name: "\(name)/sine")
        set(name, add("Add", [one, two], name: name), shape: layer.shape)
    }

    // MARK: Wrappers

    /// A layer at every step: the steps as further rows.
    mutating func writeTimeDistributed(_ layer: ExportedLayer) throws(Refusal) {
        guard let input = values[layer.inputs[0]], let value = layer.arguments["layer"],
            !input.variants.isEmpty
        else { throw Refusal("no layer") }
        let inside = Array(input.shape.dropFirst()), outside = Array(layer.shape.dropFirst())
        guard inside.known != nil, let steps = input.shape[0] else { throw Refusal("an open extent") }
        let x = try take(layer.inputs[0])
        let rows = add("Reshape", [x, ints([-1] + inside.compactMap(\.self))], name: "\(layer.name)/steps")
        let key = "\(layer.name)/step"
        set(key, rows, shape: inside)
        var inner = layer.inner(value, prefix: layer.prefix, inputs: [key], shape: outside)
        inner.name = "\(layer.name)/inner"
        try write(inner)
        let result = try take(inner.name)
        let whole = add("Reshape", [result, ints([-1, steps] + outside.compactMap(\.self))], name: layer.name)
        set(layer.name, whole, shape: layer.shape)
    }
}
