import NN
import Testing

struct PlanTests {
    /// A random chain of elementwise operations, broadcasts, sums and reshapes, with several results still in use.
    private func randomGraph(seed: Int) throws -> (graph: Graph, numbers: [Value: [Float]], outputs: [Value]) {
        var random = TestNumbers(seed)
        var graph = Graph()
        var numbers: [Value: [Float]] = [:]
        func input(_ shape: Shape) throws -> Value {
            let value = try graph.input("x", shape: shape)
            numbers[value] = random.list(shape.volume)
            return value
        }
        var values = [try input([6, 5, 8]), try input([6, 5, 8])]
        let (row, block, scalar) = (try input([8]), try input([5, 8]), try input([]))
        for _ in 0..<30 {
            let a = values[Int(random.next(in: 0...Float(values.count) - 0.01))]
            let b = values[Int(random.next(in: 0...Float(values.count) - 0.01))]
            let value: Value
            switch Int(random.next(in: 0...9.99)) {
            case 0: value = try graph.add(a, b)
            case 1: value = try graph.multiply(a, b)
            case 2: value = try graph.subtract(b, a)
            case 3: value = try graph.tanh(a)
            case 4: value = try graph.relu(graph.offset(a, by: 0.25))
            case 5: value = try graph.add(a, graph.broadcast(row, to: [6, 5, 8]))
            case 6: value = try graph.multiply(a, graph.broadcast(block, to: [6, 5, 8]))
            case 7: value = try graph.subtract(a, graph.broadcast(scalar, to: [6, 5, 8]))
            case 8:
                let flat = try graph.reshape(a, to: [30, 8])
                value = try graph.reshape(graph.sigmoid(flat), to: [6, 5, 8])
            default:
                let mean = try graph.mean(a, axes: [0], keepingDimensions: true)
                value = try graph.subtract(a, graph.broadcast(mean, to: [6, 5, 8]))
            }
            values.append(value)
        }
        return (graph, numbers, Array(values.suffix(4)))
    }

    @Test(arguments: 1...40)
    func `a fused plan gives the bits of the plain one`(seed: Int) throws {
        let (graph, numbers, outputs) = try randomGraph(seed: seed)

        let fused = try evaluate(graph, numbers, outputs)
        let plain = try evaluate(graph, numbers, outputs, optimises: false)

        #expect(fused.map { $0.map(\.bitPattern) } == plain.map { $0.map(\.bitPattern) })
    }

    @Test(arguments: 1...10)
    func `a second run in the same arena gives the same bits`(seed: Int) throws {
        let (graph, numbers, outputs) = try randomGraph(seed: seed)
        let plan = try Plan(graph, outputs: outputs)
        var memory = numbers.mapValues { list in
            let pointer = UnsafeMutablePointer<Float>.allocate(capacity: list.count)
            pointer.initialize(from: list, count: list.count)
            return pointer
        }
        defer { for pointer in memory.values { pointer.deallocate() } }
        let run = plan.makeRun(memory)
        func results() -> [[UInt32]] {
            run.run()
            return outputs.map { output in (0..<240).map { run.pointer(to: output)[$0].bitPattern } }
        }

        let first = results()

        #expect(results() == first)
        memory = memory.filter { _ in true }
    }

    @Test func `a chain of elementwise operations is one step`() throws {
        var graph = Graph()
        let x = try graph.input("x", shape: [4, 3])
        let bias = try graph.input("b", shape: [3])
        let shifted = try graph.add(x, graph.broadcast(bias, to: [4, 3]))
        let output = try graph.multiply(graph.tanh(shifted), graph.sigmoid(shifted))
        #expect(try Plan(graph, outputs: [output]).steplist == ["loop of 4"])
    }

    @Test func `what no output needs isn't computed`() throws {
        var graph = Graph()
        let (x, w) = (try graph.input("x", shape: [4, 3]), try graph.input("w", shape: [3, 2]))
        let product = try graph.matmul(x, w)
        let loss = try graph.sum(product, axes: [0, 1])
        let gradient = try graph.gradients(of: loss, withRespectTo: [w])

        // The gradient by the data, which needs w, isn't among the steps; nor is the product.
        let plan = try Plan(graph, outputs: gradient)
        #expect(plan.inputs == [x])
        #expect(plan.steplist.filter { $0 == "matmul" }.count == 1)
    }

    @Test func `bias and rectifier run within the product`() throws {
        var graph = Graph()
        let (x, w) = (try graph.input("x", shape: [4, 3]), try graph.input("w", shape: [3, 2]))
        let bias = try graph.input("b", shape: [2])
        let product = try graph.matmul(x, w)
        let output = try graph.relu(graph.add(product, graph.broadcast(bias, to: [4, 2])))
        let numbers: [Value: [Float]] = [
            x: [1, 2, 3, 4, 5, 6, -1, -2, -3, 0, 0, 0], w: [1, -1, 0, 2, 1, 0], bias: [0.5, -4],
        ]

        #expect(try Plan(graph, outputs: [output]).steplist == ["relu"])
        #expect(try evaluate(graph, numbers, [output])[0] == [4.5, 0, 10.5, 2, 0, 0, 0.5, 0])
    }

    @Test func `an external output is written to the caller's memory`() throws {
        var graph = Graph()
        let x = try graph.input("x", shape: [3])
        let doubled = try graph.scale(x, by: 2)
        let view = try graph.reshape(doubled, to: [1, 3])
        let plan = try Plan(graph, outputs: [], external: [doubled, view])
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: 9)
        defer { memory.deallocate() }
        memory.initialize(from: [1, 2, 3, 0, 0, 0, 0, 0, 0], count: 9)

        plan.makeRun([x: memory, doubled: memory + 3, view: memory + 6]).run()

        #expect((0..<9).map { memory[$0] } == [1, 2, 3, 2, 4, 6, 2, 4, 6])
    }

    @Test func `a plan pauses where replicas are summed`() throws {
        var graph = Graph()
        let x = try graph.input("x", shape: [2])
        let output = try graph.scale(graph.replicaSum(graph.scale(x, by: 10)), by: 0.5)
        let plan = try Plan(graph, outputs: [output])
        try #require(plan.segments == 2)
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: 4)
        defer { memory.deallocate() }
        memory.initialize(from: [1, 2, 3, 4], count: 4)
        let runs = [plan.makeRun([x: memory]), plan.makeRun([x: memory + 2])]

        for run in runs { run.run(segment: 0) }
        for place in 0..<2 {
            let sum = runs.map { $0.exchanges[0].source[place] }.reduce(0, +)
            for run in runs { run.exchanges[0].target[place] = sum }
        }
        for run in runs { run.run(segment: 1) }

        for run in runs { #expect((0..<2).map { run.pointer(to: output)[$0] } == [20, 30]) }
    }

    @Test func `what follows from steady inputs alone is computed once for each generation of them`() throws {
        var graph = Graph()
        let w = try graph.input("w", shape: [2])
        let x = try graph.input("x", shape: [2])
        let output = try graph.matmul(
            graph.reshape(x, to: [1, 2]),
            graph.reshape(graph.matmul(graph.reshape(w, to: [2, 1]), graph.reshape(w, to: [1, 2])), to: [2, 2])
        )
        let plan = try Plan(graph, outputs: [output], steady: [w])
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: 4)
        defer { memory.deallocate() }
        memory.initialize(from: [1, 2, 3, 4], count: 4)
        let run = plan.makeRun([w: memory, x: memory + 2])
        func answer() -> [Float] {
            run.run()
            return (0..<2).map { run.pointer(to: output)[$0] }
        }

        run.prologue.prepare(for: 1)
        #expect(answer() == [11, 22])
        #expect(answer() == [11, 22])
        memory[0] = 2
        memory[2] = 1
        #expect(answer() == [9, 18])
        run.prologue.prepare(for: 2)
        #expect(answer() == [20, 20])
        #expect(plan.steplist == ["matmul"])
    }

    @Test func `a kernel's arrangement of weights is no step of a run`() throws {
        var graph = Graph()
        let image = try graph.input("image", shape: [1, 8, 8, 16])
        let kernel = try graph.input("kernel", shape: [3, 3, 16, 16])
        let output = try graph.convolve2D(image, kernel)

        #expect(try Plan(graph, outputs: [output], steady: [kernel]).steplist == ["convolve2D"])
        #expect(try Plan(graph, outputs: [output]).steplist.last == "convolve2D")
    }
}
