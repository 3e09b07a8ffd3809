/// Whether steps behind a row's end show in what a network answers.
///
/// Every layer that is given a mask must look at it, or pass it on, and no result that is longer for longer rows may be
/// without one: so a convolution over the steps, or a pooling that takes the greatest of all, is told. Whether layers then
/// do right by their masks is seen in answers: the same random rows as long as they are, and padded with random numbers.
struct PaddingProbe {
    private static let rows = 4
    /// How far answers may differ, which sums of other lengths round otherwise, beside the greatest of them.
    private static let tolerance: Float = 1e-3

    private let network: Network
    private let inputs: [Float]
    private let weights: [Tensor]

    /// Whether rows of a network may be padded.
    ///
    /// - Parameters:
    ///   - examples: The network for two sizes.
    ///   - networks: The network for every size.
    /// - Returns: Whether masks hide all that stands behind a row's end, and tell every step of an output that counts.
    /// - Throws: What keeps the network from being compiled.
    static func allowsPadding(of examples: (Network, Network), in networks: SizedNetworks) throws -> Bool {
        let open = networks.inputShapes.filter(\.isOpen)
        guard open.allSatisfy(\.isSequence) else { return false }
        // What a regularizer of results adds up is of all steps.
        guard !examples.0.nodes.contains(where: { $0.activityRegularizer != nil }) else { return false }
        let (short, long) =
            examples.0.inputShape.volume < examples.1.inputShape.volume ? examples : (examples.1, examples.0)
        let size = BatchSize(inputs: long.inputs.map(\.shape), isPadded: true)
        let padded = long.masked(networks.sequences)
        guard try padded.keepsToMasks(beside: short) else { return false }
        for seed in 0..<2 {
            let exact = Self(short, as: BatchSize(inputs: short.inputs.map(\.shape), isPadded: false), of: short, seed)
            let wider = Self(padded, as: size, of: short, seed)
            guard try exact.agrees(with: wider) else { return false }
        }
        return true
    }

    /// Random rows of a network, padded to a size with other random numbers.
    private init(_ network: Network, as size: BatchSize, of short: Network, _ seed: Int) {
        self.network = network
        var weightNoise = SeededGenerator(seed: UInt64(seed), name: "weights of a padding probe")
        // The noise makes biases count, which start at 0.
        weights = short.initialWeights().map { tensor in
            Tensor(tensor.shape, tensor.values.map { $0 + Float(weightNoise.uniform() - 0.5) * 0.1 })
        }
        var own = SeededGenerator(seed: UInt64(seed), name: "rows of a padding probe")
        var behind = SeededGenerator(seed: UInt64(seed), name: "what is behind them")
        let rules = short.indexRules
        var inputs: [Float] = []
        for _ in 0..<Self.rows {
            var masks: [Float] = []
            for (number, input) in short.inputs.enumerated() {
                let count = rules.first { $0.input == number }?.count
                func draw(_ generator: inout SeededGenerator) -> Float {
                    guard let count else { return Float(generator.uniform() * 2 - 1) }
                    return Float(min(Int(generator.uniform() * Double(count)), count - 1))
                }
                for _ in 0..<input.shape.volume { inputs.append(draw(&own)) }
                for _ in input.shape.volume..<size.inputs[number].volume { inputs.append(draw(&behind)) }
                guard size.isPadded, input.openShape.isSequence else { continue }
                let steps = size.inputs[number][0]
                masks += (0..<steps).map { $0 < input.shape[0] ? 1 : 0 }
            }
            inputs += masks
        }
        self.inputs = inputs
    }

    /// Whether each row's answers are those of another probe, whose rows are the same but longer.
    private func agrees(with longer: PaddingProbe) throws -> Bool {
        let (own, others) = (try answers(), try longer.answers())
        let greatest = own.reduce(0) { max($0, $1.magnitude) }
        guard greatest.isFinite, own.allSatisfy(\.isFinite) else { return false }
        var (begin, otherBegin) = (0, 0)
        for _ in 0..<Self.rows {
            for (output, other) in zip(network.outputs, longer.network.outputs) {
                let part = RowCopy(of: output.shape, in: other.shape)
                var hidden = [Float](repeating: 0, count: output.shape.volume)
                hidden.withUnsafeMutableBufferPointer { hidden in
                    others.withUnsafeBufferPointer { others in
                        guard let target = hidden.baseAddress, let source = others.baseAddress else { return }
                        part.takeOut(source + otherBegin, to: target)
                    }
                }
                for (place, value) in hidden.enumerated() {
                    guard (own[begin + place] - value).magnitude <= Self.tolerance * max(greatest, 1e-3) else {
                        return false
                    }
                }
                begin += output.shape.volume
                otherBegin += other.shape.volume
            }
        }
        return true
    }

    private func answers() throws -> [Float] {
        let graph = try InferenceGraph(network, rows: Self.rows)
        let prepared = try WeightPreparation(graph, network).prepare(weights)
        let layout = BatchLayout(network, rows: Self.rows)
        let plan = try InferencePlan(graph, layout)
        let batch = FloatBuffer(count: layout.count)
        for row in 0..<Self.rows {
            let own = Array(inputs[row * layout.width..<(row + 1) * layout.width])
            layout.write(row: row, of: batch.pointer) { $1.update(from: Array(own[$0]), count: $0.count) }
        }
        let (run, results) = plan.makeRun(inputs: batch.pointer, weights: prepared)
        run.run()
        return Array(UnsafeBufferPointer(start: results, count: Self.rows * network.outputShape.volume))
    }
}

extension Network {
    /// Whether every layer that is given a mask looks at it or passes it on, and every result that is longer than that of
    /// shorter rows has one.
    ///
    /// - Parameter short: The same network for shorter rows.
    /// - Returns: False where a mask is passed over or ends before the steps do.
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    fileprivate func keepsToMasks(beside short: Network) throws -> Bool {
        let shapes = try short.trace().shapes
        var (pass, given, values) = try passOverOneRow()
        var results: [LayerResults] = []
        for (place, node) in nodes.enumerated() {
            let taken = node.sources.map { value(of: $0, inputs: given, results: results) }
            let begin = pass.graph.nodes.count
            let found = try pass.append(
                node.layer,
                inputs: taken.map(\.value),
                masks: taken.map(\.mask),
                parameters: node.parameters.map { values[$0] }
            )
            results.append(found)
            let masks = taken.compactMap(\.mask)
            let looks = pass.graph.nodes[begin...].contains { $0.operands.contains(where: masks.contains) }
            for (number, value) in found.values.enumerated() where found.masks[number] == nil {
                let isLonger = pass.graph.shape(of: value).dropping(1) != shapes[place][number]
                guard !isLonger, masks.isEmpty || looks else { return false }
            }
        }
        return true
    }
}
