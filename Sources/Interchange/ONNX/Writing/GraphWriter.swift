import NN

/// A graph that is being written.
struct GraphWriter {
    /// An argument of a node.
    enum Attribute {
        /// An integer.
        case int(Int)
        /// A list of integers.
        case ints([Int])
        /// A number.
        case float(Float)
        /// A list of numbers.
        case floats([Float])
        /// A text.
        case text(String)
        /// A list of texts.
        case texts([String])
    }

    /// A node.
    private struct Node {
        let type: String
        let name: String
        var inputs: [String]
        var outputs: [String]
        let attributes: [(String, Attribute)]
    }

    /// A result of a layer.
    struct Written {
        /// The values of the file that it is, each with its axes in another order; the batch counts.
        var variants: [(order: [Int], name: String)]
        /// The shape of a sample; nil for open extents.
        let shape: [Int?]
        /// Whether some of its steps don't count.
        var hasMask = false
        /// Whether it has no batch, being the same for all rows.
        var isConstant = false

        /// The order of the axes as the layer has them.
        var plain: [Int] { Array(0...shape.count) }
    }

    /// The set of operators.
    let opset: Int
    /// The weights by name.
    var weights: [String: Tensor] = [:]
    /// The results of layers, by name.
    var values: [String: Written] = [:]
    /// What is to be told.
    var notes: [String] = []

    private var nodes: [Node] = []
    private var initializers: [(name: String, tensor: ConstantTensor)] = []
    private var constants: [String: String] = [:]
    private var taken: Set<String> = []
    private var inputs: [(name: String, shape: [Int?])] = []
    private var outputs: [(name: String, shape: [Int?])] = []
    private var renamed: [String: String] = [:]

    /// A constant that is written.
    private struct ConstantTensor {
        let shape: [Int]
        let floats: [Float]?
        let ints: [Int]
    }

    /// A graph without anything.
    init(opset: Int) { self.opset = opset }

    // MARK: Values

    /// A name that no other value has.
    mutating func free(_ base: String) -> String {
        let name = AutomaticName.free(base, taken: taken)
        taken.insert(name)
        return name
    }

    /// Adds an input of the model.
    mutating func addInput(_ name: String, _ shape: [Int?]) {
        taken.insert(name)
        inputs.append((name, shape))
        values[name] = Written(variants: [(Array(0...shape.count), name)], shape: shape)
    }

    /// Says which result the model gives, under its own name.
    mutating func addOutput(_ name: String) throws(Refusal) {
        guard let written = values[name] else { throw Refusal("nothing gives it") }
        guard !inputs.contains(where: { $0.name == name }) else {
            // No two values of a graph have one name, and the input keeps it.
            let own = AutomaticName.free("\(name)_output", taken: taken.union(values.keys))
            let value = add("Identity", [name], name: own)
            notes.append("the output \"\(name)\", an input of the model too, is called \"\(value)\" in the file")
            return outputs.append((value, written.shape))
        }
        var value = try take(name)
        if written.isConstant { value = try spread(name) }
        let isShared =
            inputs.contains { $0.name == value } || renamed[value] != nil || outputs.contains { $0.name == value }
        if isShared { value = add("Identity", [value], name: "\(name)/output") }
        if value != name {
            // The same numbers with their axes otherwise have the name so far.
            if taken.contains(name) { renamed[name] = free("\(name)/inner") }
            renamed[value] = name
        }
        outputs.append((name, written.shape))
    }

    /// The value of the file that is a result, its axes in an order; a Transpose where it has another.
    mutating func take(_ reference: String, _ order: [Int]? = nil) throws(Refusal) -> String {
        guard var written = values[reference] else { throw Refusal("\"\(reference)\" isn't there") }
        let wanted = order ?? written.plain
        if written.isConstant, wanted == written.plain { return try spread(reference) }
        if let found = written.variants.first(where: { $0.order == wanted }) { return found.name }
        guard let first = written.variants.first else { throw Refusal("\"\(reference)\" isn't there") }
        let places = wanted.compactMap { first.order.firstIndex(of: $0) }
        let name = add("Transpose", [first.name], name: "\(reference)/transpose", ["perm": .ints(places)])
        written.variants.append((wanted, name))
        values[reference] = written
        return name
    }

    /// A result that is the same for all rows, for each of them.
    private mutating func spread(_ reference: String) throws(Refusal) -> String {
        guard let written = values[reference], let name = written.variants.first?.name, let input = inputs.first else {
            throw Refusal("\"\(reference)\" isn't there")
        }
        let shape = add("Shape", [input.name], name: "\(reference)/shape")
        let rows = add("Slice", [shape, ints([0]), ints([1])], name: "\(reference)/rows")
        guard let extents = written.shape.known else { throw Refusal("what it adds has an open extent") }
        let target = add("Concat", [rows, ints(extents)], name: "\(reference)/target", ["axis": .int(0)])
        return add("Expand", [name, target], name: "\(reference)/spread")
    }

    /// Says what a layer gives.
    mutating func set(_ reference: String, _ name: String, order: [Int]? = nil, shape: [Int?], hasMask: Bool = false) {
        values[reference] = Written(variants: [(order ?? Array(0...shape.count), name)], shape: shape, hasMask: hasMask)
    }

    // MARK: Nodes

    /// Adds a node, and gives the name of its result.
    mutating func add(
        _ type: String,
        _ inputs: [String],
        name: String,
        _ attributes: KeyValuePairs<String, Attribute> = [:]
    ) -> String {
        let result = free(name)
        nodes.append(
            Node(
                type: type,
                name: result,
                inputs: inputs,
                outputs: [result],
                attributes: attributes.map { ($0.key, $0.value) }
            )
        )
        return result
    }

    /// Adds a node of several results, of which nil aren't wanted.
    mutating func add(
        _ type: String,
        _ inputs: [String],
        name: String,
        outputs: [String],
        attributes: [(String, Attribute)]
    ) {
        nodes.append(
            Node(
                type: type,
                name: free("\(name)/\(type.lowercased())"),
                inputs: inputs,
                outputs: outputs,
                attributes: attributes
            )
        )
    }

    /// A weight of the model as a constant, perhaps arranged otherwise.
    mutating func weight(_ name: String, _ tensor: Tensor) -> String {
        if let known = constants[name] { return known }
        let own = free(name)
        constants[name] = own
        initializers.append((own, ConstantTensor(shape: tensor.shape.extents, floats: tensor.values, ints: [])))
        return own
    }

    /// A constant of floats.
    mutating func floats(_ numbers: [Float], shape: [Int]? = nil) -> String {
        let shape = shape ?? [numbers.count]
        let key = numbers.count < 9 ? "f \(shape) \(numbers.map(\.bitPattern))" : nil
        if let key, let known = constants[key] { return known }
        let own = free("constant")
        if let key { constants[key] = own }
        initializers.append((own, ConstantTensor(shape: shape, floats: numbers, ints: [])))
        return own
    }

    /// A number as a constant.
    mutating func scalar(_ number: Double) -> String { floats([Float(number)], shape: []) }

    /// A constant list of integers.
    mutating func ints(_ numbers: [Int]) -> String {
        let key = "i \(numbers)"
        if let known = constants[key] { return known }
        let own = free("shape")
        constants[key] = own
        initializers.append((own, ConstantTensor(shape: [numbers.count], floats: nil, ints: numbers)))
        return own
    }

    // MARK: The file

    /// The bytes of the file.
    func encoded(named name: String) -> [UInt8] {
        var file = WireWriter()
        file.int(1, 8)
        file.text(2, "trainyard")
        file.reserve(initializers.reduce(1 << 16) { $0 + ($1.tensor.floats?.count ?? 0) * 4 + 256 })
        file.largeMessage(7) { graph in
            for node in nodes { graph.message(1) { write(node, &$0) } }
            graph.text(2, name)
            for (name, tensor) in initializers { graph.largeMessage(5) { Self.write(name, tensor, &$0) } }
            for (name, shape) in inputs { graph.message(11) { Self.describe(name, shape, &$0) } }
            for (name, shape) in outputs { graph.message(12) { Self.describe(name, shape, &$0) } }
        }
        file.message(8) { opset in
            opset.text(1, "")
            opset.int(2, self.opset)
        }
        return file.bytes
    }

    private func write(_ node: Node, _ file: inout WireWriter) {
        for input in node.inputs { file.text(1, renamed[input] ?? input) }
        for output in node.outputs { file.text(2, renamed[output] ?? output) }
        file.text(3, node.name)
        file.text(4, node.type)
        for (key, attribute) in node.attributes {
            file.message(5) { file in
                file.text(1, key)
                switch attribute {
                case .int(let value): file.int(3, value); file.int(20, 2)
                case .ints(let values): file.ints(8, values); file.int(20, 7)
                case .float(let value): file.float(2, value); file.int(20, 1)
                case .floats(let values): file.floats(7, values); file.int(20, 6)
                case .text(let value): file.text(4, value); file.int(20, 3)
                case .texts(let values):
                    for value in values { file.text(9, value) }
                    file.int(20, 8)
                }
            }
        }
    }

    private static func write(_ name: String, _ tensor: ConstantTensor, _ file: inout WireWriter) {
        if !tensor.shape.isEmpty { file.ints(1, tensor.shape) }
        file.int(2, (tensor.floats == nil ? ElementType.int64 : .float).rawValue)
        file.text(8, name)
        if let floats = tensor.floats {
            floats.withUnsafeBytes { file.raw(9, $0) }
        } else {
            tensor.ints.map(Int64.init).withUnsafeBytes { file.raw(9, $0) }
        }
    }

    private static func describe(_ name: String, _ shape: [Int?], _ file: inout WireWriter) {
        file.text(1, name)
        file.message(2) { type in
            type.message(1) { tensor in
                tensor.int(1, ElementType.float.rawValue)
                tensor.message(2) { list in
                    list.message(1) { $0.text(2, "batch") }
                    for (axis, extent) in shape.enumerated() {
                        list.message(1) { dimension in
                            if let extent { dimension.int(1, extent) } else { dimension.text(2, "axis_\(axis + 1)") }
                        }
                    }
                }
            }
        }
    }
}
