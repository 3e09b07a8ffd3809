/// A product with the bias and the rectifier that follow it, run as one kernel.
struct FusedProduct {
    /// The product with its epilogue.
    let kernel: Kernel
    /// The product's operands and the bias.
    let operands: [Value]
    /// The nodes that need no step of their own; the last of the chain, which stands for all, isn't among them.
    let absorbed: [Int]

    /// The fused products of a graph, by the last node of each chain.
    ///
    /// A chain is a product, an addition of a vector that a foldable broadcast repeats, and perhaps a rectifier, each
    /// read by the next alone.
    static func find(
        in graph: Graph,
        _ reachable: [Int],
        outputs: Set<Value>,
        _ foldable: Set<Int>,
        _ precision: ProductPrecision
    ) throws(KernelError) -> [Int: FusedProduct] {
        var readers: [Int: [Int]] = [:]
        for index in reachable {
            for operand in graph.nodes[index].operands { readers[operand.node, default: []].append(index) }
        }
        func onlyReader(of index: Int) -> Int? {
            guard let readers = readers[index], readers.count == 1,
                !outputs.contains(Value(node: index, result: 0))
            else { return nil }
            return readers[0]
        }
        var found: [Int: FusedProduct] = [:]
        for index in reachable {
            guard let product = graph.nodes[index].primitive as? any EpilogueTaking,
                let addition = onlyReader(of: index), graph.nodes[addition].primitive is Addition
            else { continue }
            let others = graph.nodes[addition].operands.map(\.node).filter { $0 != index }
            guard let broadcast = others.first, foldable.contains(broadcast),
                let bias = graph.nodes[broadcast].operands.first,
                graph.shape(of: bias).volume == graph.nodes[index].shapes[0].last
            else { continue }
            var absorbed = [index]
            if onlyReader(of: broadcast) == addition { absorbed.append(broadcast) }
            var last = addition
            var epilogue = Epilogue(addsBias: true)
            if let rectifier = onlyReader(of: addition), graph.nodes[rectifier].primitive is Rectifier {
                absorbed.append(addition)
                epilogue.rectifies = true
                last = rectifier
            }
            let operands = graph.nodes[index].operands
            let signature = Signature(operands: operands.map(graph.shape(of:)), results: graph.nodes[index].shapes)
            guard let kernel = try product.kernel(with: epilogue, for: signature, precision) else { continue }
            found[last] = FusedProduct(kernel: kernel, operands: operands + [bias], absorbed: absorbed)
        }
        return found
    }
}
