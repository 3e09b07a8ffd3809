/// The walk through a graph that folds constants, computes shapes, and finds what can't be read.
struct Inference {
    /// The version of the operators.
    let opset: Int
    /// What is known of each value, by name.
    var known: [String: Known]
    /// The size of the batch that the file was written for; nil where it leaves it open.
    let fixedBatch: Int?
    /// The bytes of the file, in which constants among the arguments of nodes lie.
    let attributeBytes: [UInt8]
    /// How many more numbers may be made of the constants.
    private var budget: Int
    /// Why nodes can't be read, by their places.
    private(set) var refusals: [Int: String] = [:]

    private var unknowns: Int
    /// Whether a constant that is repeated for every row is a value of its own.
    var keepsRepetitions = false
    /// The values that count only as shares.
    var onlyShared: Set<String> = []
    /// Whether it depends on the inputs which scores are −∞, so that all of a row may be.
    var hidesByInputs = false
    /// The node that gives each value.
    private(set) var producers: [String: ONNXNode] = [:]

    /// Starts with what is known of the inputs and constants.
    ///
    /// - Parameters:
    ///   - opset: The version of the operators.
    ///   - known: Inputs and constants by name.
    ///   - fixedBatch: The size of the batch that the file was written for.
    ///   - unknowns: How many unknowns the inputs have.
    ///   - bytes: The bytes of the file.
    init(opset: Int, _ known: [String: Known], fixedBatch: Int?, unknowns: Int, bytes: [UInt8]) {
        (self.opset, self.known, self.fixedBatch, self.unknowns) = (opset, known, fixedBatch, unknowns)
        attributeBytes = bytes
        budget = max(1 << 24, bytes.count)
    }

    /// The number of elements of a constant that is made, of which all together may have only so many.
    func volume(_ extents: [Int]) throws(Refusal) -> Int {
        var volume = 1
        for extent in extents {
            guard extent >= 0, extent <= budget, volume * extent <= budget else {
                throw Refusal("a constant of the extents \(extents), which is more than is computed here")
            }
            volume *= extent
        }
        return volume
    }

    /// An unknown that nothing else is.
    mutating func newUnknown() -> Extent {
        unknowns += 1
        return .open(unknowns)
    }

    /// Walks through a node, and remembers what its results are.
    mutating func visit(_ node: ONNXNode, at place: Int, functions: Set<String>) {
        guard refusals[place] == nil else { return }
        var results: [Known] = []
        do throws(Refusal) {
            if let reason = Operators.objection(to: node, functions: functions) { throw Refusal(reason) }
            for name in node.inputs where !name.isEmpty {
                guard let input = known[name] else {
                    throw Refusal(
                        "it takes \"\(name)\", which no node before it gives; nodes stand behind those whose results they take"
                    )
                }
                if case .refused = input { return refuse(node) }
            }
            if let name = node.outputs.first(where: { known[$0] != nil && !$0.isEmpty }) {
                throw Refusal("it gives \"\(name)\", which there is already")
            }
            results = try self.results(of: node)
        } catch {
            refusals[place] = error.reason
            return refuse(node)
        }
        for (number, name) in node.outputs.enumerated() where !name.isEmpty {
            producers[name] = node
            known[name] = results.indices.contains(number) ? results[number] : .refused
        }
    }

    /// Whether something is known of a value.
    func isReadable(_ name: String) -> Bool {
        switch known[name] {
        case nil, .refused: false
        case .constant, .splat, .flow: true
        }
    }

    /// Remembers why a node can't be read.
    mutating func refuse(_ node: ONNXNode, at place: Int, _ reason: String) {
        refusals[place] = reason
        refuse(node)
    }

    private mutating func refuse(_ node: ONNXNode) {
        for name in node.outputs where !name.isEmpty && known[name] == nil { known[name] = .refused }
    }

    private mutating func results(of node: ONNXNode) throws(Refusal) -> [Known] {
        if let folded = try fold(node) {
            for case .constant(let constant) in folded where node.type != "Constant" { budget -= constant.volume }
            guard budget >= 0 else { throw Refusal("more numbers made of constants than are computed here") }
            return folded
        }
        let facts = try flows(of: node)
        if let large = facts.first(where: { $0.shape.isBeyondReach }) {
            throw Refusal("a result of the extents \(large.shape.text), more numbers than are computed here")
        }
        return facts.map { .flow($0) }
    }

    // MARK: Inputs of nodes

    /// What is known of an input; nil where it is left out.
    func input(_ node: ONNXNode, _ place: Int) -> Known? { node.input(place).flatMap { known[$0] } }

    /// The constant that an input is; nil where it is left out.
    ///
    /// - Throws: `Refusal` where it isn't constant.
    func constant(_ node: ONNXNode, _ place: Int, _ what: String) throws(Refusal) -> Constant? {
        switch input(node, place) {
        case nil: return nil
        case .constant(let constant): return constant
        case .splat(let shape, let value, let type):
            if let extents = shape.known {
                return Constant(extents, Array(repeating: value, count: try volume(extents)), type: type)
            }
            return Constant(shape.map { _ in 1 }, [value], type: type)
        case .flow, .refused: throw Refusal("\(what) depends on the inputs; it must be constant")
        }
    }

    /// The whole numbers that an input is; nil where it is left out.
    func ints(_ node: ONNXNode, _ place: Int, _ what: String) throws(Refusal) -> [Int]? {
        guard let constant = try constant(node, place, what) else { return nil }
        guard let ints = constant.ints else {
            throw Refusal("\(what) must be whole numbers that don't depend on the batch")
        }
        return ints
    }

    /// The value that an input is, which depends on the model's inputs.
    func flow(_ node: ONNXNode, _ place: Int) throws(Refusal) -> Fact {
        guard case .flow(let fact) = input(node, place) else {
            throw Refusal("its input \(place) is constant or left out, which isn't read for \(node.type)")
        }
        return fact
    }

    /// The axes of a reduction, a Squeeze or an Unsqueeze: an attribute, in later opsets an input.
    func axes(_ node: ONNXNode) throws(Refusal) -> [Int]? { try ints(node, 1, "axes") ?? node.ints("axes") }
}
