import NN
import Testing

/// Both derivative rules of every primitive of the catalog.
///
/// Central differences pin the forward rule; the adjoint identity ⟨ȳ, J·v⟩ = ⟨Jᵀ·ȳ, v⟩ pins the reverse rule to it.
struct DerivativeTests {
    /// The graph of a case: its inputs, its results, and a direction for each input.
    private struct Trial {
        var graph = Graph()
        var inputs: [Value] = []
        var results: [Value] = []
        var tangents: [Value] = []
        var cotangents: [Value] = []
        var numbers: [Value: [Float]] = [:]

        init(_ row: PrimitiveCase) throws {
            var generator = TestNumbers(row.operands.count + 11)
            for (index, (shape, list)) in zip(row.operands, row.numbers()).enumerated() {
                let input = try graph.input("x\(index)", shape: shape)
                inputs.append(input)
                numbers[input] = list
            }
            results = try graph.append(row.primitive, to: row.derived(inputs, &graph))
            for (index, shape) in row.operands.enumerated() {
                let tangent = try graph.input("t\(index)", shape: shape)
                tangents.append(tangent)
                numbers[tangent] =
                    row.fixed[index] != nil && !(row.primitive is PairwiseMaximum || row.primitive is PairwiseMinimum)
                    ? [Float](repeating: 0, count: shape.volume) : generator.list(shape.volume)
            }
            for (index, result) in results.enumerated() {
                let shape = graph.shape(of: result)
                let cotangent = try graph.input("c\(index)", shape: shape)
                cotangents.append(cotangent)
                numbers[cotangent] = generator.list(shape.volume)
            }
        }
    }

    @Test(arguments: PrimitiveCase.differentiable)
    func `the forward rule agrees with central differences`(row: PrimitiveCase) throws {
        var trial = try Trial(row)
        let products = try trial.graph.jvp(of: trial.results, withRespectTo: trial.inputs, tangents: trial.tangents)
        let computed = try evaluate(trial.graph, trial.numbers, products)

        // At this step the truncation is step²·f‴/6 and the rounding 6e-8·f/step: both near 1e-5 for numbers about 1.
        let step: Float = 0.006
        func moved(_ direction: Float) throws -> [[Float]] {
            var numbers = trial.numbers
            for (input, tangent) in zip(trial.inputs, trial.tangents) {
                numbers[input] = zip(trial.numbers[input] ?? [], trial.numbers[tangent] ?? []).map { x, t in
                    x + direction * step * t
                }
            }
            return try evaluate(trial.graph, numbers, trial.results)
        }
        let (above, below) = (try moved(1), try moved(-1))

        for index in trial.results.indices {
            let scale = max(1, computed[index].map(abs).max() ?? 1)
            for place in computed[index].indices {
                let difference = (above[index][place] - below[index][place]) / (2 * step)
                #expect(
                    abs(difference - computed[index][place]) < 5e-4 * scale,
                    "result \(index) at \(place): \(computed[index][place]), differences say \(difference)"
                )
            }
        }
    }

    @Test(arguments: PrimitiveCase.differentiable)
    func `the reverse rule is the adjoint of the forward rule`(row: PrimitiveCase) throws {
        var trial = try Trial(row)
        let forward = try trial.graph.jvp(of: trial.results, withRespectTo: trial.inputs, tangents: trial.tangents)
        let reverse = try trial.graph.vjp(
            of: trial.results,
            cotangents: trial.cotangents,
            withRespectTo: trial.inputs
        )
        let values = try evaluate(trial.graph, trial.numbers, forward + reverse)

        let pushed = zip(trial.cotangents, values).map { dot(trial.numbers[$0] ?? [], $1) }.reduce(0, +)
        let pulled = zip(trial.tangents, values.dropFirst(forward.count))
            .map { dot(trial.numbers[$0] ?? [], $1) }.reduce(0, +)
        let size = zip(trial.cotangents, values)
            .map { dot((trial.numbers[$0] ?? []).map(abs), $1.map(abs)) }.reduce(1, +)
        #expect(abs(pushed - pulled) < 2e-6 * size, "⟨ȳ, Jv⟩ = \(pushed), ⟨Jᵀȳ, v⟩ = \(pulled)")
    }

    @Test(arguments: PrimitiveCase.differentiable)
    func `the first of several results alone has the same reverse rule`(row: PrimitiveCase) throws {
        // Fused gradients take a shortcut where only the first result is differentiated.
        var trial = try Trial(row)
        let forward = try trial.graph.jvp(of: [trial.results[0]], withRespectTo: trial.inputs, tangents: trial.tangents)
        let reverse = try trial.graph.vjp(
            of: [trial.results[0]],
            cotangents: [trial.cotangents[0]],
            withRespectTo: trial.inputs
        )
        let values = try evaluate(trial.graph, trial.numbers, forward + reverse)

        let pushed = dot(trial.numbers[trial.cotangents[0]] ?? [], values[0])
        let pulled = zip(trial.tangents, values.dropFirst()).map { dot(trial.numbers[$0] ?? [], $1) }.reduce(0, +)
        let size = dot((trial.numbers[trial.cotangents[0]] ?? []).map(abs), values[0].map(abs)) + 1
        #expect(abs(pushed - pulled) < 2e-6 * size, "⟨ȳ, Jv⟩ = \(pushed), ⟨Jᵀȳ, v⟩ = \(pulled)")
    }

    @Test(arguments: PrimitiveCase.all.filter { $0.primitive is any CompositePrimitive })
    func `a fused kernel computes its composition`(row: PrimitiveCase) throws {
        var trial = try Trial(row)
        let composite = try #require(row.primitive as? any CompositePrimitive)
        let expanded = try composite.expand(row.derived(trial.inputs, &trial.graph), in: &trial.graph)
        let values = try evaluate(trial.graph, trial.numbers, trial.results + expanded)

        for (fused, simple) in zip(values, values.dropFirst(trial.results.count)) {
            for (a, b) in zip(fused, simple) { #expect(abs(a - b) < 1e-5) }
        }
    }

    @Test(arguments: PrimitiveCase.differentiable)
    func `fusing and reusing memory doesn't change a bit`(row: PrimitiveCase) throws {
        var trial = try Trial(row)
        let forward = try trial.graph.jvp(of: trial.results, withRespectTo: trial.inputs, tangents: trial.tangents)
        let reverse = try trial.graph.vjp(
            of: trial.results,
            cotangents: trial.cotangents,
            withRespectTo: trial.inputs
        )
        let outputs = trial.results + forward + reverse

        let optimised = try evaluate(trial.graph, trial.numbers, outputs)
        let plain = try evaluate(trial.graph, trial.numbers, outputs, optimises: false)

        #expect(optimised.map { $0.map(\.bitPattern) } == plain.map { $0.map(\.bitPattern) })
    }
}
