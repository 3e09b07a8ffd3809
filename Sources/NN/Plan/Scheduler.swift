/// Turns the part of a graph that the outputs need into steps: views resolved, elementwise chains fused.
struct Scheduler {
    private let graph: Graph
    private let outputs: Set<Value>
    private let fuses: Bool

    private(set) var steps: [Step] = []
    private(set) var roots = ValueRoots()
    private(set) var inputs: [Value] = []
    /// The numbers of each arranged operand, which is no value of the graph.
    private(set) var arranged: [Value: Int] = [:]
    /// The arrangements that steps may share.
    private var shared: [Arrangement: Value] = [:]

    /// An operand, by where it lies, in an arrangement.
    private struct Arrangement: Hashable {
        let base: Value
        let offset: Int
        let kind: String
    }

    /// A loop that is still open for further members, or a step that is settled.
    private enum Draft {
        case step(Step)
        case cluster(Int)
    }

    private var drafts: [Draft] = []
    private var clusters: [Int: ElementwiseCluster] = [:]
    private var openCluster: [Value: Int] = [:]
    /// Values that are another one repeated, folded into the loops that read them.
    private var repeated: [Value: ElementwiseCluster.Operand] = [:]

    /// Schedules what the outputs need; without fusing, every node is a step of its own.
    init(_ graph: Graph, outputs: [Value], fuses: Bool, _ precision: ProductPrecision) throws(KernelError) {
        self.graph = graph
        self.outputs = Set(outputs)
        self.fuses = fuses
        let reachable = Self.reachable(graph, outputs)
        var implementations: [Int: Implementation] = [:]
        for index in reachable {
            let node = graph.nodes[index]
            let signature = Signature(operands: node.operands.map(graph.shape(of:)), results: node.shapes)
            if precision == .mixedBFloat16, let primitive = node.primitive as? any BFloat16Taking,
                let kernel = try primitive.bfloat16Kernel(for: signature)
            {
                implementations[index] = .kernel(kernel)
            } else {
                implementations[index] = try node.primitive.implementation(for: signature)
            }
        }
        let foldable = foldableBroadcasts(reachable, implementations)
        let products =
            fuses ? try FusedProduct.find(in: graph, reachable, outputs: self.outputs, foldable, precision) : [:]
        let absorbed = Set(products.values.flatMap(\.absorbed))
        for index in reachable where !absorbed.contains(index) {
            if let product = products[index] {
                append(product.kernel, Call(operands: product.operands, results: graph.call(of: index).results), index)
                continue
            }
            let call = graph.call(of: index)
            switch implementations[index] {
            case .input: inputs.append(call.results[0])
            case .view(let offset): roots.makeView(call.results[0], of: call.operands[0], offset: offset)
            case .broadcast(let kernel):
                if foldable.contains(index) {
                    fold(call)
                } else {
                    append(kernel, call, index)
                }
            case .elementwise(let operation): join(operation, call)
            case .kernel(let kernel): append(kernel, call, index)
            case .exchange: exchange(call)
            case nil: break
            }
        }
        settle()
    }

    private static func reachable(_ graph: Graph, _ outputs: [Value]) -> [Int] {
        var needed = Set(outputs.map(\.node))
        for index in stride(from: graph.nodes.count - 1, through: 0, by: -1) where needed.contains(index) {
            for operand in graph.nodes[index].operands { needed.insert(operand.node) }
        }
        return needed.sorted()
    }

    /// Broadcasts that only elementwise nodes read and whose operand is a scalar or a run of trailing axes.
    private func foldableBroadcasts(_ reachable: [Int], _ implementations: [Int: Implementation]) -> Set<Int> {
        guard fuses else { return [] }
        let longest = 4096
        var foldable = Set<Int>()
        for index in reachable {
            guard case .broadcast = implementations[index] else { continue }
            let from = graph.shape(of: graph.nodes[index].operands[0]).extents.drop { $0 == 1 }
            let to = graph.nodes[index].shapes[0].extents
            guard from.elementsEqual(to.suffix(from.count)), from.reduce(1, *) <= longest else { continue }
            if !outputs.contains(Value(node: index, result: 0)) { foldable.insert(index) }
        }
        for index in reachable {
            if case .elementwise = implementations[index] { continue }
            for operand in graph.nodes[index].operands { foldable.remove(operand.node) }
        }
        return foldable
    }

    private mutating func fold(_ call: Call) {
        let operand = call.operands[0]
        let (base, offset) = roots.resolve(operand)
        // A part of another value can't be named as an external of a loop; copy it out of the way.
        let period = graph.shape(of: operand).volume
        close(base)
        if offset == 0 {
            repeated[call.results[0]] = ElementwiseCluster.Operand(base: base, period: period)
        } else {
            append(Self.copy(period), Call(operands: [operand], results: call.results), operand.node)
            repeated[call.results[0]] = ElementwiseCluster.Operand(base: call.results[0], period: period)
        }
    }

    private static func copy(_ count: Int) -> Kernel {
        Kernel { buffers in
            let (operand, result) = (buffers.operands[0], buffers.results[0])
            return { result.update(from: operand, count: count) }
        }
    }

    private mutating func append(_ kernel: Kernel, _ call: Call, _ index: Int) {
        for operand in call.operands { close(roots.resolve(operand).base) }
        let name = graph.nodes[index].primitive.name
        var reads = call.operands
        if let preparation = kernel.preparation {
            reads.append(arrange(call.operands[preparation.operand], preparation, index))
        }
        drafts.append(.step(Step(name, kernel, reads: reads, writes: call.results)))
    }

    /// The operand of a node in an arrangement, which another step may have made.
    private mutating func arrange(_ operand: Value, _ preparation: Kernel.Preparation, _ index: Int) -> Value {
        let (base, offset) = roots.resolve(operand)
        let key = preparation.kind.map { Arrangement(base: base, offset: offset, kind: $0) }
        if let key, fuses, let known = shared[key] { return known }
        let value = Value(node: index, result: -1)
        arranged[value] = preparation.count
        let arranging = Kernel(scratchBytes: preparation.scratchBytes, bind: preparation.bind)
        let name = graph.nodes[index].primitive.name
        drafts.append(.step(Step("arrange for \(name)", arranging, reads: [operand], writes: [value])))
        if let key { shared[key] = value }
        return value
    }

    private mutating func exchange(_ call: Call) {
        close(roots.resolve(call.operands[0]).base)
        let count = graph.shape(of: call.operands[0]).volume
        drafts.append(.step(Step(exchanging: call.operands[0], into: call.results[0], count: count)))
    }

    /// Somebody outside reads the value: the loop that computes it takes no more members.
    private mutating func close(_ base: Value) {
        guard let cluster = openCluster[base] else { return }
        openCluster = openCluster.filter { $0.value != cluster }
    }

    /// Puts an elementwise node into the loop that computes its operands, or opens a new one.
    private mutating func join(_ operation: ElementwiseOperation, _ call: Call) {
        let result = call.results[0]
        let count = graph.shape(of: result).volume
        var partial: [Int] = []
        let operands = call.operands.enumerated().map { index, operand -> ElementwiseCluster.Operand in
            if let repeated = repeated[operand] { return repeated }
            let (base, offset) = roots.resolve(operand)
            let whole = offset == 0 && graph.shape(of: base).volume == count
            if !whole { partial.append(index) }
            return ElementwiseCluster.Operand(base: whole ? base : operand, period: count)
        }
        for index in partial { close(roots.resolve(call.operands[index]).base) }
        let periods = operands.map(\.period).filter { $0 < count }
        var candidates = Set(operands.filter { $0.period == count }.compactMap { openCluster[$0.base] })
        if !fuses { candidates = [] }
        let target = merge(candidates.sorted(), count: count, periods: periods)
        for operand in operands where openCluster[operand.base] != target { close(operand.base) }
        clusters[target]?.members.append(.init(operation: operation, result: result, operands: operands))
        openCluster[result] = target
        // A loop runs where its last member stands.
        drafts.removeAll { if case .cluster(target) = $0 { true } else { false } }
        drafts.append(.cluster(target))
    }

    /// The one loop that a node joins: its candidates made one where counts and periods allow it, else a new one.
    private mutating func merge(_ candidates: [Int], count: Int, periods: [Int]) -> Int {
        let next = (clusters.keys.max() ?? -1) + 1
        var merged = ElementwiseCluster(count: count)
        var taken: [Int] = []
        for period in periods {
            guard merged.admits(period: period) else {
                preconditionFailure("two operands of one node repeat after \(periods): neither divides the other")
            }
            merged.period = max(merged.period, period)
        }
        for candidate in candidates {
            guard let cluster = clusters[candidate], cluster.count == count, merged.admits(period: cluster.period)
            else { continue }
            merged.members += cluster.members
            merged.period = max(merged.period, cluster.period)
            taken.append(candidate)
        }
        guard !taken.isEmpty else {
            clusters[next] = merged
            return next
        }
        for candidate in taken { clusters[candidate] = nil }
        for (value, cluster) in openCluster where taken.contains(cluster) { openCluster[value] = taken[0] }
        drafts.removeAll { if case .cluster(let cluster) = $0 { taken.dropFirst().contains(cluster) } else { false } }
        clusters[taken[0]] = merged
        return taken[0]
    }

    /// Makes steps of the drafts; a loop writes what other steps read and what the caller wants.
    private mutating func settle() {
        var readers: [Value: Set<Int>] = [:]
        for (index, draft) in drafts.enumerated() {
            switch draft {
            case .step(let step):
                for read in step.reads { readers[roots.resolve(read).base, default: []].insert(index) }
            case .cluster(let cluster):
                for operand in clusters[cluster]?.members.flatMap(\.operands) ?? [] {
                    readers[roots.resolve(operand.base).base, default: []].insert(index)
                }
            }
        }
        let kept = Set(outputs.map { roots.resolve($0).base })
        for (index, draft) in drafts.enumerated() {
            switch draft {
            case .step(let step): steps.append(step)
            case .cluster(let cluster):
                let loop = clusters[cluster]?.loop { value in
                    kept.contains(value) || readers[value, default: []].contains { $0 != index }
                }
                if let loop { steps.append(Step(loop)) }
            }
        }
    }
}
