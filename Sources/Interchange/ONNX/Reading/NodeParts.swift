/// Nodes in whose place simpler ones stand, so that nothing behind has to know all that an operator can.
struct NodeParts {
    /// The node.
    let node: ONNXNode
    /// What is known of values; the constants of the parts are added.
    var inference: Inference
    /// The parts so far, in order.
    private(set) var nodes: [ONNXNode] = []
    private var count = 0

    /// The parts of a node.
    ///
    /// - Parameters:
    ///   - node: The node.
    ///   - inference: What is known of the values before it, which learns of the constants of the parts.
    /// - Returns: The parts; the node alone where it is read as it is.
    /// - Throws: `Refusal` where it can't be taken apart.
    static func of(_ node: ONNXNode, _ inference: inout Inference) throws(Refusal) -> [ONNXNode] {
        guard node.domain.isEmpty, node.inputs.allSatisfy({ $0.isEmpty || inference.isReadable($0) }) else {
            return [node]
        }
        var parts = NodeParts(node, inference)
        switch node.type {
        case "Attention" where AttentionParts.isWanted(for: node, inference): try AttentionParts.add(to: &parts)
        case "LayerNormalization" where node.output(1) != nil || node.output(2) != nil: try parts.addMoments()
        case "Dropout" where node.output(1) != nil: try parts.addMask()
        default:
            guard node.inputs.contains(where: parts.isFlow) else { return [node] }
            let isChoice = parts.addChoice()
            guard try isChoice ? true : parts.addRoot() else { return [node] }
        }
        inference = parts.inference
        return parts.nodes
    }

    private init(_ node: ONNXNode, _ inference: Inference) { (self.node, self.inference) = (node, inference) }

    // MARK: Building

    /// Adds a part.
    ///
    /// - Parameters:
    ///   - type: Its operator.
    ///   - inputs: What it takes.
    ///   - attributes: Its arguments.
    ///   - output: The name of its result; nil for one that no file can have.
    /// - Returns: The name of its result.
    @discardableResult
    mutating func add(
        _ type: String,
        _ inputs: [String],
        _ attributes: [String: ONNXAttribute] = [:],
        as output: String? = nil
    ) -> String {
        let name = output ?? newName()
        nodes.append(ONNXNode(type, inputs, [name], attributes, in: node))
        return name
    }

    /// A constant that parts take.
    mutating func constant(_ constant: Constant) -> String {
        let name = newName()
        inference.known[name] = .constant(constant)
        return name
    }

    /// A number that parts take, of the type of the values.
    mutating func number(_ number: Float, _ type: ElementType) -> String {
        constant(Constant([], [number], type: type))
    }

    /// Whole numbers that parts take, such as axes.
    mutating func list(_ numbers: [Int]) -> String { constant(Constant(numbers.map { Extent($0) })) }

    /// A name that no file can have.
    mutating func newName() -> String {
        count += 1
        return "\u{0}\(node.place).\(count)"
    }

    // MARK: Dropout

    /// A dropout that drops nothing, and the flags that say so.
    private mutating func addMask() throws(Refusal) {
        let fact = try inference.flow(node, 0)
        guard let input = node.input(0) else { throw Refusal("no input") }
        var plain = node
        plain.outputs = Array(node.outputs.prefix(1))
        nodes.append(plain)
        let nothing = add("Mul", [input, number(0, fact.type)])
        let ones = add("Add", [nothing, number(1, fact.type)])
        add("Cast", [ones], ["to": .init(ElementType.bool.rawValue)], as: node.output(1))
    }

    // MARK: LayerNormalization

    /// A normalization with the means and the reciprocal deviations that it is made with.
    private mutating func addMoments() throws(Refusal) {
        let fact = try inference.flow(node, 0)
        let axis = try fact.axis(node.int("axis", default: -1))
        let axes = Array(axis..<fact.rank)
        let extents = axes.compactMap { fact.extent($0) }
        if let batch = fact.batch, axes.contains(batch) { throw Refusal("it goes along axis \(batch), the batch") }
        guard extents.count == axes.count, let input = node.input(0) else {
            throw Refusal("it goes along an open extent")
        }
        var plain = node
        plain.outputs = Array(node.outputs.prefix(1))
        nodes.append(plain)
        let mean = add("ReduceMean", [input] + reductionAxes(axes), reductionAttributes(axes), as: node.output(1))
        guard let output = node.output(2) else { return }
        let distance = add("Sub", [input, mean])
        let squares = add("Mul", [distance, distance])
        let variance = add("ReduceMean", [squares] + reductionAxes(axes), reductionAttributes(axes))
        let epsilon = number(node.float("epsilon", default: 1e-5), fact.type)
        add("Reciprocal", [add("Sqrt", [add("Add", [variance, epsilon])])], as: output)
    }

    mutating func reductionAxes(_ axes: [Int]) -> [String] { inference.opset >= 18 ? [list(axes)] : [] }

    func reductionAttributes(_ axes: [Int]) -> [String: ONNXAttribute] {
        inference.opset >= 18 ? [:] : ["axes": .init(axes)]
    }

    /// The greatest along the last axis, which stays.
    mutating func greatest(_ input: String, rank: Int) -> String {
        add("ReduceMax", [input] + reductionAxes([rank - 1]), reductionAttributes([rank - 1]))
    }
}
