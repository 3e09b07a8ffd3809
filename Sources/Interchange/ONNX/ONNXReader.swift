/// Reads ONNX files.
public enum ONNXReader {
    /// The sets of operators that are read.
    public static let opsets = ONNXModel.opsets

    /// The operators that are read where they take the model's inputs; others only where all they take is constant.
    public static var operators: Set<String> { Operators.read }

    /// How the axes of a file's tensors are rows of a batch.
    package enum Batch: Sendable {
        /// The first axis of every input is the batch, as exporters write it.
        case first
        /// This axis of every input is the batch.
        case axis(Int)
        /// Every input is one sample.
        case none
        /// The first axis of every input is the batch, and the file is for one row, whose axes its nodes may mix as they like.
        case single
    }

    /// Reads a model.
    ///
    /// The first axis of every input is the batch, whatever extent the file gives it.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - beside: The files in which it keeps numbers, by the name that it has for them.
    ///   - name: The name that the definition gets; the file has none.
    /// - Returns: The model, which takes and gives the very tensors of the file.
    /// - Throws: `InterchangeError` with everything that can't be read: each node by its place, name and operator.
    public static func read(
        _ bytes: [UInt8],
        beside: [String: [UInt8]] = [:],
        name: String = "model"
    ) throws(InterchangeError) -> ImportedModel {
        try read(bytes, beside: beside, name: name, batch: .first)
    }

    /// Reads a model whose batch lies elsewhere.
    package static func read(
        _ bytes: [UInt8],
        beside: [String: [UInt8]] = [:],
        name: String = "model",
        batch: Batch
    ) throws(InterchangeError) -> ImportedModel {
        let model = try ONNXModel(bytes)
        let source = ConstantSource(file: bytes, beside: beside)
        var first: InterchangeError?
        for reading in Reading.all(of: model.graph, batch) where first == nil || reading.isWorthTrying(after: first) {
            do throws(InterchangeError) {
                return try read(model, bytes, source, name: name, as: reading)
            } catch {
                first = first ?? error
            }
        }
        throw first ?? InterchangeError(at: "/graph", "nothing to read")
    }

    private static func read(
        _ model: ONNXModel,
        _ bytes: [UInt8],
        _ source: ConstantSource,
        name: String,
        as reading: Reading
    ) throws(InterchangeError) -> ImportedModel {
        var model = model
        var ends = try GraphEnds(model.graph, source, reading.batch)
        var inference = Inference(
            opset: model.opset,
            ends.known,
            fixedBatch: ends.fixedBatch,
            unknowns: ends.unknowns,
            bytes: bytes
        )
        inference.keepsRepetitions = reading.keepsRepetitions
        inference.onlyShared = SharedOut.values(of: model.graph)
        var nodes: [ONNXNode] = []
        var waiting = Array(model.graph.nodes.reversed())
        while let node = waiting.popLast() {
            var parts = [node]
            do throws(Refusal) {
                if let branch = try Branches.taken(of: node, &inference) {
                    waiting += branch.reversed()
                    continue
                }
                parts = try NodeParts.of(node, &inference)
            } catch {
                inference.refuse(node, at: nodes.count, error.reason)
            }
            for part in parts {
                inference.visit(part, at: nodes.count, functions: model.functions)
                nodes.append(part)
            }
        }
        model.graph.nodes = nodes
        let plan = NodePlan(model.graph, inference)
        var importer = Importer(model, inference, plan)
        importer.addInputs(&ends)
        importer.addNodes()
        importer.addOutputs(ends)
        return try importer.model(named: name)
    }
}

/// What goes into a graph: its inputs and its constants.
struct GraphEnds {
    /// What is known of them, by name.
    private(set) var known: [String: Known] = [:]
    /// The inputs in order, and what is known of them.
    private(set) var inputs: [(name: String, fact: Fact)] = []
    /// The size of the batch that the file was written for; nil where it leaves it open.
    private(set) var fixedBatch: Int?
    /// How many unknown extents there are beside the batch.
    private(set) var unknowns = 0
    /// How the first axis of the inputs is read.
    let batch: ONNXReader.Batch

    /// Reads the inputs and constants of a graph.
    ///
    /// - Throws: `InterchangeError` with every constant and every input that can't be read.
    init(_ graph: ONNXGraph, _ source: ConstantSource, _ batch: ONNXReader.Batch) throws(InterchangeError) {
        self.batch = batch
        var faults: [InterchangeError.Fault] = []
        for (place, tensor) in graph.initializers.enumerated() {
            do throws(Refusal) {
                guard known[tensor.name] == nil else { throw Refusal("a name that another constant has") }
                known[tensor.name] = .constant(try Constant(tensor, in: source))
            } catch {
                known[tensor.name] = .refused
                faults.append(
                    .init(at: "/graph/initializer/\(place)", "the constant \"\(tensor.name)\" has \(error.reason)")
                )
            }
        }
        var open: [String: Int] = [:]
        for (place, input) in graph.inputs.enumerated() where known[input.name] == nil {
            do throws(Refusal) {
                let fact = try fact(of: input, batch, &open)
                inputs.append((input.name, fact))
                known[input.name] = .flow(fact)
            } catch {
                known[input.name] = .refused
                faults.append(.init(at: "/graph/input/\(place)", "the input \"\(input.name)\" has \(error.reason)"))
            }
        }
        if inputs.isEmpty, faults.isEmpty { faults.append(.init(at: "/graph/input", "the graph has no input")) }
        guard faults.isEmpty else { throw InterchangeError(faults) }
    }

    private mutating func fact(
        of input: ONNXValueInfo,
        _ batch: ONNXReader.Batch,
        _ open: inout [String: Int]
    ) throws(Refusal) -> Fact {
        guard let type = ElementType(rawValue: input.type) else {
            throw Refusal("no numbers of a type that is read; expected a tensor of floats or integers")
        }
        guard let shape = input.shape, !shape.isEmpty, shape.count <= 7 else {
            throw Refusal("no shape of 1 to 7 axes; export it with one, of which the first axis may be open")
        }
        let batchAxis: Int? =
            switch batch {
            case .first: 0
            case .axis(let axis): axis < shape.count ? axis : 0
            case .none, .single: nil
            }
        var extents: [Extent] = []
        for (axis, extent) in shape.enumerated() {
            if axis == batchAxis {
                if case .fixed(let size) = extent, size > 0 { fixedBatch = fixedBatch ?? size }
                extents.append(.batch)
                continue
            }
            switch extent {
            case .fixed(let size) where size > 1 << 24: throw Refusal("an axis of \(size); expected at most 16777216")
            case .fixed(let size) where size > 0: extents.append(Extent(size))
            case .free(let name) where !name.isEmpty && open[name] != nil: extents.append(.open(open[name] ?? 0))
            default:
                unknowns += 1
                if case .free(let name) = extent, !name.isEmpty { open[name] = unknowns }
                extents.append(.open(unknowns))
            }
        }
        guard !extents.isBeyondReach else { throw Refusal("the extents \(extents.text), more numbers than are read") }
        return Fact(shape: extents, type: type)
    }
}
